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
