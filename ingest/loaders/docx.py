"""Word documents (DOCX)."""

import io
import re
from collections.abc import Iterable, Iterator
from itertools import repeat

import docx
from docx.document import Document
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tbl, CT_Tc
from lxml import etree

from ingest.content import FileContent, FileKind, Page, Paragraph, Table
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.archive import open_archive
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.docx_numbering import Numbering
from ingest.loaders.tables import table_of

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
        items = tuple(_Body(document, limits.max_paragraph).blocks())
    except (PackageNotFoundError, KeyError, ValueError, etree.XMLSyntaxError) as error:
        raise UnreadableFileError(Reason.DAMAGED) from error
    return FileContent(FileKind.DOCX, (Page(items),))


class _Body:
    def __init__(self, document: Document, most: int) -> None:
        self._document, self._most = document, most
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

    def _table(self, element: CT_Tbl) -> Iterable[Table]:
        table = table_of(self._grid_rows(element), self._most)
        if table.rows:
            yield table

    def _grid_rows(self, table: CT_Tbl) -> Iterator[Iterator[str]]:
        """Cells by place, merged cells repeated; each row is taken before the next is asked for."""
        above: dict[int, tuple[str, int]] = {}
        for row in table.tr_lst:
            here: dict[int, tuple[str, int]] = {}
            yield self._grid_row(row, above, here)
            above = here

    def _grid_row(
        self, row: CT_Row, above: dict[int, tuple[str, int]], here: dict[int, tuple[str, int]]
    ) -> Iterator[str]:
        """One row; text and width of the cells that begin at a place, above and ``here``."""
        place = row.grid_before
        for cell in row.tc_lst:
            if cell.vMerge == "continue" and place in above:
                here[place] = text, width = above[place]
            else:
                here[place] = text, width = self._cell(cell), max(1, cell.grid_span)
            yield from repeat(text, width)
            place += width

    def _cell(self, element: CT_Tc) -> str:
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
