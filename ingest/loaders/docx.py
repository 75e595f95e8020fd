"""Word documents (DOCX)."""

import io
import re
from collections.abc import Iterable

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.table import Table as WordTable
from lxml import etree

from ingest.content import FileContent, FileKind, Page, Paragraph, Table, table_of
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.archive import open_archive
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.docx_numbering import Numbering

_TEXT, _TAB, _BREAKS = qn("w:t"), qn("w:tab"), (qn("w:br"), qn("w:cr"))
_PARAGRAPH, _TABLE, _TEXT_BOX = qn("w:p"), qn("w:tbl"), qn("w:txbxContent")
# Deleted text of tracked changes, the older twin of a drawing, phonetic guides.
_UNSEEN = {qn("w:del"), qn("w:moveFrom"), qn("w:rt"), qn("w:instrText"), _TEXT_BOX} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_HEADING = re.compile(r"^(?:heading|标题)\s*(\d)$", re.IGNORECASE)


def load_docx(data: bytes, limits: LoadLimits, _on_page: OnPage) -> FileContent:
    """Paragraphs with their automatic numbers, headings, tables, text boxes."""
    open_archive(data, max_unpacked=limits.max_unpacked).close()
    try:
        document = docx.Document(io.BytesIO(data))
        items = tuple(_Body(document).blocks())
    except (PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise UnreadableFileError(Reason.DAMAGED) from error
    return FileContent(FileKind.DOCX, (Page(items),))


class _Body:
    def __init__(self, document: Document) -> None:
        self._document = document
        self._numbering = Numbering(document)
        self._levels = {
            style.style_id: int(match[1])
            for style in document.styles
            if (match := _HEADING.match(style.name or ""))
        }

    def blocks(self) -> Iterable[Paragraph | Table]:
        yield from self._blocks_in(self._document.element.body)

    def _blocks_in(self, parent: etree._Element) -> Iterable[Paragraph | Table]:
        for child in parent:
            if child.tag == _PARAGRAPH:
                yield from self._paragraphs(child)
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif child.tag not in _UNSEEN:
                yield from self._blocks_in(child)

    def _paragraphs(self, element: etree._Element) -> Iterable[Paragraph | Table]:
        for box in element.iter(_TEXT_BOX):
            if not any(ancestor.tag in _UNSEEN for ancestor in box.iterancestors()):
                yield from self._blocks_in(box)
        label = self._numbering.label(element)
        style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        level = None if style is None else self._levels.get(style.get(qn("w:val"), ""))
        for number, line in enumerate(_text(element).split("\n")):
            if text := line.strip():
                yield Paragraph((label if number == 0 else "") + text, level)

    def _table(self, element: etree._Element) -> Iterable[Paragraph | Table]:
        rows = [
            [self._cell(cell._tc) for cell in row.cells]
            for row in WordTable(element, self._document).rows
        ]
        table = table_of(rows)
        if table.rows:
            yield table

    def _cell(self, element: etree._Element) -> str:
        lines = []
        for block in element.iter(_PARAGRAPH):
            lines.append(self._numbering.label(block) + _text(block))
        return "\n".join(lines)


def _text(paragraph: etree._Element) -> str:
    """The text as Word shows it: with accepted insertions, without deletions."""
    parts: list[str] = []

    def collect(parent: etree._Element) -> None:
        for child in parent:
            if child.tag == _TEXT:
                parts.append(child.text or "")
            elif child.tag == _TAB and parent.tag != qn("w:tabs"):
                parts.append(" ")
            elif child.tag in _BREAKS:
                parts.append("\n")
            elif child.tag not in _UNSEEN:
                collect(child)

    collect(paragraph)
    return "".join(parts)
