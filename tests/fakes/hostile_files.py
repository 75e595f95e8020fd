"""Files that ask more of their reader than any policy does."""

import io
import os
import zipfile

from tests.fakes.office_files import word_file
from tests.fakes.sample_policy import SamplePolicy, plain_lines

POLICY = SamplePolicy()
MB = 1024 * 1024


def with_a_long_paragraph(size: int = 10 * MB) -> bytes:
    """Plain text, one paragraph of which has that many bytes."""
    return _told("贷款" * (size // 6))


def with_many_paragraphs(count: int = 10**6) -> bytes:
    """Plain text of that many paragraphs."""
    return _told("有条款。\n" * count)


def with_many_clauses(count: int) -> bytes:
    """Plain text of that many articles."""
    return _told("".join(f"第{n}条 演示条款{n}。\n" for n in range(10, count + 10)))


def word_file_with_a_long_paragraph(size: int = 9 * MB) -> bytes:
    """A DOCX, one paragraph of which has that many bytes."""
    return _word_file(b"<w:p><w:r><w:t>" + ("贷款" * (size // 6)).encode() + b"</w:t></w:r></w:p>")


def word_file_that_eats_memory(count: int = 6 * 10**6) -> bytes:
    """A DOCX of half a megabyte whose empty paragraphs take a gigabyte once they are read."""
    return _word_file(b"<w:p/>" * count)


def page_with_cells_over_cells(rows: int = 100, cells: int = 1000) -> bytes:
    """HTML, each cell of whose table says it covers a million places."""
    row = "<tr>" + "<td rowspan=1000 colspan=1000>演示</td>" * cells + "</tr>"
    return f"<html><body><table>{row * rows}</table></body></html>".encode()


def page_with_a_full_cell_over_many() -> bytes:
    """HTML, a long text in one cell over ten thousand places."""
    cell = f"<td rowspan=100 colspan=100>{'演示' * 250}</td>"
    rows = f"<tr>{cell * 80}<td>演示</td></tr>" + "<tr><td>演示</td></tr>" * 100
    return f"<html><body><table>{rows}</table></body></html>".encode()


def word_file_with_cells_over_cells(span: int = 10**8) -> bytes:
    """DOCX, one cell over a hundred million columns, gone on with in the rows below."""

    def row(merge: str) -> str:
        about = f'<w:tcPr><w:gridSpan w:val="{span}"/><w:vMerge w:val="{merge}"/></w:tcPr>'
        return f"<w:tr><w:tc>{about}<w:p><w:r><w:t>演示</w:t></w:r></w:p></w:tc></w:tr>"

    return _word_file(f"<w:tbl>{row('restart')}{row('continue') * 1000}</w:tbl>".encode())


def markdown_of_one_wide_row(width: int = 20_000, rows: int = 20_000) -> bytes:
    """Markdown, all rows of whose table are short but for one."""
    lines = ["| 演示 " * width + "|", "|---|", *["| 演 |"] * rows]
    return "\n".join(lines).encode()


def _told(body: str) -> bytes:
    return "\n".join([*plain_lines(POLICY), body]).encode()


def _word_file(body: bytes) -> bytes:
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(word_file(POLICY))) as plain,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for member in plain.infolist():
            data = plain.read(member)
            if member.filename == "word/document.xml":
                before, _, behind = data.partition(b"<w:body>")
                data = before + b"<w:body>" + body + behind
            archive.writestr(member.filename, data)
        # Noise keeps the archive below the ratio by which bombs are told.
        archive.writestr("word/media/noise.bin", os.urandom(len(body) // 100))
    return target.getvalue()
