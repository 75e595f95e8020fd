"""Files that offices write: DOCX, DOC, web pages, plain text, Markdown."""

import io
import struct
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from html import escape

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.fakes.sample_policy import ISSUERS, TABLE, SamplePolicy, plain_lines

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def word_file(policy: SamplePolicy) -> bytes:
    """The notice as DOCX, a table of limits behind its signature."""
    document = docx.Document()
    for line in plain_lines(policy):
        document.add_paragraph(line)
    document.add_paragraph("附件：额度一览表（演示）")
    table = document.add_table(rows=0, cols=len(TABLE[0]))
    for row in TABLE:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    return _saved(document)


def numbered_word_file(articles: Sequence[str]) -> bytes:
    """A DOCX whose 第一条, 第二条 are counted by Word and stand in no text."""
    document = docx.Document()
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for tag, value in (
        ("w:start", "1"),
        ("w:numFmt", "chineseCountingThousand"),
        ("w:lvlText", "第%1条 "),
    ):
        child = OxmlElement(tag)
        child.set(qn("w:val"), value)
        level.append(child)
    abstract.append(level)
    numbering.insert(0, abstract)
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "77")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "77")
    number.append(link)
    numbering.append(number)
    document.add_paragraph("济宁市创业担保贷款办法（演示）")
    for text in articles:
        properties = document.add_paragraph(text)._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = 0
        properties.get_or_add_numId().val = 77
    return _saved(document)


def _saved(document: "docx.document.Document") -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def zip_bomb() -> bytes:
    """A DOCX whose text unpacks to hundreds of times its size."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", b"0" * (40 * 1024 * 1024))
    return target.getvalue()


def portal_page(policy: SamplePolicy) -> str:
    """The notice as a government portal shows it, navigation and data sheet included."""
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in TABLE
    )
    paragraphs = "".join(f"<p>　　{escape(line)}</p>" for line in policy.body)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8">
<title>{escape(policy.title)} - 演示市政府门户网站</title><script>var a = "脚本不是正文";</script>
</head><body>
<div class="nav"><a href="/">首页</a><a href="/a">政务公开</a><a href="/b">办事服务</a></div>
<table class="info"><tr><td>发文字号：</td><td>{policy.number}</td>
<td>成文日期：</td><td>{policy.issued}</td></tr>
<tr><td>发文机关：</td><td>{"、".join(ISSUERS)}</td><td>有效性：</td><td>有效</td></tr></table>
<h1>{escape(policy.title)}</h1><div class="article">{paragraphs}<table>{rows}</table></div>
<div class="footer">版权所有：演示市人民政府办公室 网站地图</div></body></html>"""


def wrapped_text(policy: SamplePolicy, columns: int = 64) -> str:
    """The notice as an old system prints it: hard line ends, paragraphs indented."""
    lines: list[str] = []
    for paragraph in plain_lines(policy):
        line = "　　"
        for char in paragraph:
            if _columns(line + char) > columns:
                lines.append(line)
                line = ""
            line += char
        lines.append(line)
    return "\r\n".join(lines)


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def markdown(policy: SamplePolicy) -> str:
    """The notice as Markdown with a table."""
    header, *rows = [f"| {' | '.join(row)} |" for row in TABLE]
    table = "\n".join([header, "|---|---|---|", *rows])
    body = "\n\n".join(policy.body)
    return f"# {policy.title}\n\n{policy.number}\n\n{body}\n\n{table}\n"


def legacy_word_file(policy: SamplePolicy) -> bytes:
    """The notice as Word 97 wrote it: text in two pieces, a table, a header, a text box."""
    cells = "".join("".join(f"{cell}\x07" for cell in row) + "\x07" for row in TABLE)
    link = "\x13 HYPERLINK http://example.invalid \x14详见演示网站\x15。\r"
    text = "\r".join(plain_lines(policy)) + "\r附表：\r" + cells + link
    ascii_note = "Demo 2023\r"
    header, box = "页眉不是正文\r", "文本框里的演示文字\r"
    stream = bytearray(4096)
    wide, rest = text.encode("utf-16le"), (header + box).encode("utf-16le")
    place = len(stream)
    stream += wide + ascii_note.encode("cp1252") + rest
    stream += bytes(max(0, 4096 - len(stream)))
    total = len(text) + len(ascii_note)
    positions = struct.pack("<4I", 0, len(text), total, total + len(header + box))
    compressed = 0x40000000 | (place + len(wide)) * 2
    last = place + len(wide) + len(ascii_note)
    descriptors = b"".join(struct.pack("<HIH", 0, where, 0) for where in (place, compressed, last))
    pieces = positions + descriptors
    clx = struct.pack("<BI", 2, len(pieces)) + pieces
    struct.pack_into("<HHH", stream, 0, 0xA5EC, 0xC1, 0)
    struct.pack_into("<H", stream, 0x0A, 0x0200)
    struct.pack_into("<7I", stream, 0x4C, total, 0, len(header), 0, 0, 0, len(box))
    struct.pack_into("<II", stream, 0x01A2, 0, len(clx))
    return compound_file({"WordDocument": bytes(stream), "1Table": clx.ljust(4096, b"\0")})


def encrypted_word_file() -> bytes:
    """A DOCX with a password is a compound file with the package inside."""
    return compound_file({"EncryptedPackage": bytes(4096), "EncryptionInfo": bytes(4096)})


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """An OLE compound file (version 3) of streams of 4096 bytes and more each."""
    sectors: list[bytes] = []
    chain: list[int] = []

    def put(data: bytes) -> int:
        start, count = len(sectors), -(-len(data) // _SECTOR)
        padded = data.ljust(count * _SECTOR, b"\0")
        sectors.extend(padded[i * _SECTOR : (i + 1) * _SECTOR] for i in range(count))
        chain.extend([*range(start + 1, start + count), _END])
        return start

    starts = {name: put(data) for name, data in streams.items()}
    names = list(streams)
    root = _entry("Root Entry", 5, child=1, start=_END, size=0)
    entries = [root] + [
        _entry(
            name,
            2,
            right=index + 1 if index < len(names) else _FREE,
            start=starts[name],
            size=len(streams[name]),
        )
        for index, name in enumerate(names, start=1)
    ]
    blank = _entry("", 0, start=0, size=0)
    directory = put(b"".join(entries + [blank] * (-len(entries) % 4)))
    fat_sector = len(sectors)
    chain.append(_FAT)
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, 1, directory, 0, 4096, _END, 0, _END, 0),
    )
    difat = struct.pack("<109I", fat_sector, *[_FREE] * 108)
    return header + difat + b"".join(sectors) + fat


def _entry(
    name: str, kind: int, *, child: int = _FREE, right: int = _FREE, start: int, size: int
) -> bytes:
    raw = name.encode("utf-16le")
    return struct.pack(
        "<64sHBBIII36xIQ",
        raw,
        len(raw) + 2 if raw else 0,
        kind,
        1,
        _FREE,
        right,
        child,
        start,
        size,
    )
