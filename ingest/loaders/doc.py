"""Word 97–2003 documents (DOC), read through their piece table.

legacy-doc opens the compound file. Its own text keeps no table cells and guesses where the
piece table lies, so the table is followed here as the format says ([MS-DOC] 2.4.1).
"""

import re
import struct
from collections.abc import Iterable

from legacy_doc.exceptions import LegacyDocError
from legacy_doc.ole import OleReader
from legacy_doc.types import ExtractionOptions

from ingest.content import FileContent, FileKind, Page, Paragraph, Table
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.tables import table_of

_FLAGS, _LENGTHS, _CLX = 0x0A, 0x4C, 0x01A2
# Lengths of main text, notes, headers, macros, comments, endnotes; then of the text boxes.
_BEFORE_TEXT_BOXES = 6
_ENCRYPTED, _SECOND_TABLE, _COMPRESSED = 0x0100, 0x0200, 0x40000000
_PIECES, _PROPERTIES = 2, 1
# Begin of a field, its instruction up to the separator: only the result is text.
_FIELD_CODE = re.compile(r"\x13[^\x13\x14\x15]*(?:\x14|(?=\x15))")
_CELL = "\x07"


def load_doc(data: bytes, limits: LoadLimits, _on_page: OnPage) -> FileContent:
    """Paragraphs and tables of the main text, then its text boxes.

    Headers, footers and notes are left out. Where a text box stands is not followed.
    """
    try:
        text = _text(data)
    except (LegacyDocError, struct.error, IndexError, UnicodeDecodeError) as error:
        raise UnreadableFileError(Reason.DAMAGED) from error
    while (bare := _FIELD_CODE.sub("", text)) != text:
        text = bare
    return FileContent(FileKind.DOC, (Page(tuple(_blocks(text, limits.max_paragraph))),))


def _text(data: bytes) -> str:
    container = OleReader(data, options=ExtractionOptions(max_file_bytes=len(data)))
    stream = container.read_stream("WordDocument")
    flags = _u16(stream, _FLAGS)
    if flags & _ENCRYPTED:
        raise UnreadableFileError(Reason.ENCRYPTED)
    table = container.read_stream("1Table" if flags & _SECOND_TABLE else "0Table")
    start, length = _u32(stream, _CLX), _u32(stream, _CLX + 4)
    pieces = _piece_table(table[start : start + length])
    text = "".join(_read_pieces(stream, pieces))
    main, *others = [_u32(stream, _LENGTHS + 4 * part) for part in range(_BEFORE_TEXT_BOXES + 1)]
    boxes = main + sum(others[:-1])
    return text[:main] + text[boxes : boxes + others[-1]]


def _piece_table(clx: bytes) -> bytes:
    offset = 0
    while offset < len(clx) and clx[offset] == _PROPERTIES:
        offset += 3 + _u16(clx, offset + 1)
    if clx[offset] != _PIECES:
        raise UnreadableFileError(Reason.DAMAGED)
    return clx[offset + 5 : offset + 5 + _u32(clx, offset + 1)]


def _read_pieces(stream: bytes, pieces: bytes) -> Iterable[str]:
    count = (len(pieces) - 4) // 12
    for index in range(count):
        length = _u32(pieces, 4 * index + 4) - _u32(pieces, 4 * index)
        place = _u32(pieces, 4 * (count + 1) + 8 * index + 2)
        if place & _COMPRESSED:
            start = (place & ~_COMPRESSED) // 2
            raw, encoding = stream[start : start + length], "cp1252"
        else:
            raw, encoding = stream[place : place + 2 * length], "utf-16le"
        text = raw.decode(encoding, errors="replace")
        if len(text.encode("utf-16le", errors="replace")) != 2 * length:
            raise UnreadableFileError(Reason.DAMAGED)
        yield text


def _blocks(text: str, most: int) -> Iterable[Paragraph | Table]:
    """Paragraphs end with CR, cells with BEL, rows with one BEL more."""
    *cells, rest = text.split(_CELL)
    run: list[str] = []
    for cell in cells:
        # Paragraphs before a table, or between two, precede the first cell of a row.
        before, is_after_text, first = cell.rpartition("\r")
        if is_after_text and (not run or not run[-1]):
            yield from _tables(run, most)
            yield from _paragraphs(before)
            run = [first]
        else:
            run.append(cell)
    yield from _tables(run, most)
    yield from _paragraphs(rest)


def _paragraphs(text: str) -> Iterable[Paragraph]:
    for line in re.split(r"[\r\n\x0b\x0c]", text):
        if bare := line.strip():
            yield Paragraph(bare)


def _tables(cells: list[str], most: int) -> Iterable[Table]:
    if not cells:
        return
    width = next((width for width in range(2, len(cells) + 1) if _fits(cells, width)), None)
    if width is not None:
        rows = [cells[start : start + width - 1] for start in range(0, len(cells), width)]
    else:
        # Rows of unequal length: an empty cell is taken for the end of a row.
        rows = [[]]
        for cell in cells:
            if cell:
                rows[-1].append(cell)
            elif rows[-1]:
                rows.append([])
    table = table_of(rows, most)
    if table.rows:
        yield table


def _fits(cells: list[str], width: int) -> bool:
    return len(cells) % width == 0 and not any(cells[width - 1 :: width])


def _u16(data: bytes, offset: int) -> int:
    return int(struct.unpack_from("<H", data, offset)[0])


def _u32(data: bytes, offset: int) -> int:
    return int(struct.unpack_from("<I", data, offset)[0])
