"""Word documents (DOCX)."""

import io
import re
from collections.abc import Callable, Iterable, Iterator
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
from ingest.loaders.raised import without_note_mark
from ingest.loaders.tables import table_of

_TEXT, _TAB, _BREAKS = qn("w:t"), qn("w:tab"), (qn("w:br"), qn("w:cr"))
_PARAGRAPH, _TABLE, _TEXT_BOX = qn("w:p"), qn("w:tbl"), qn("w:txbxContent")
# Deleted text of tracked changes, the older twin of a drawing, phonetic guides.
_UNSEEN = {qn("w:del"), qn("w:moveFrom"), qn("w:rt"), qn("w:instrText"), _TEXT_BOX} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_RUN = qn("w:r")
# What a run's properties say of its text: struck through, not shown, shown on paper only.
_NOT_THE_TEXT = (qn("w:strike"), qn("w:dstrike"), qn("w:vanish"), qn("w:webHidden"))
_OFF = ("0", "false", "off")
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
        self._runs = _Runs(document)

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
        for number, line in enumerate(self._runs.text(element).split("\n")):
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
            lines.append(self._numbering.label(block) + self._runs.text(block))
        return "\n".join(lines)


class _Runs:
    """Reads paragraphs as Word shows them, by what runs and their styles say of the text."""

    def __init__(self, document: Document) -> None:
        properties = {style.style_id: style.element.find(qn("w:rPr")) for style in document.styles}
        self._unseen = {name for name, said in properties.items() if _says_unseen(said)}
        self._raised = {name for name, said in properties.items() if _says_raised(said)}

    def text(self, paragraph: etree._Element) -> str:
        """With accepted insertions; without what is deleted, struck, hidden or marks a note."""
        parts: list[str] = []

        def collect(parent: etree._Element) -> None:
            for child in parent:
                if child.tag == _RUN and self._is(child, self._unseen, _says_unseen):
                    continue
                if child.tag == _RUN and self._is(child, self._raised, _says_raised):
                    raised = "".join(text.text or "" for text in child.iter(_TEXT))
                    parts.append(without_note_mark(raised, "".join(parts)))
                elif child.tag == _TEXT:
                    parts.append(child.text or "")
                elif child.tag == _TAB and parent.tag != qn("w:tabs"):
                    parts.append(" ")
                elif child.tag in _BREAKS:
                    parts.append("\n")
                elif child.tag not in _UNSEEN:
                    collect(child)

        if not self._is(paragraph, self._unseen, lambda said: False):
            collect(paragraph)
        return "".join(parts)

    @staticmethod
    def _is(
        element: etree._Element, styles: set[str], says: Callable[[etree._Element | None], bool]
    ) -> bool:
        """Whether a run or a paragraph is of such a style, or says so itself."""
        kind = "w:pPr" if element.tag == _PARAGRAPH else "w:rPr"
        said = element.find(qn(kind))
        if said is None:
            return False
        style = said.find(qn("w:pStyle" if element.tag == _PARAGRAPH else "w:rStyle"))
        return says(said) or (style is not None and style.get(qn("w:val")) in styles)


def _says_unseen(properties: etree._Element | None) -> bool:
    if properties is None:
        return False
    found = (properties.find(tag) for tag in _NOT_THE_TEXT)
    return any(one is not None and one.get(qn("w:val")) not in _OFF for one in found)


def _says_raised(properties: etree._Element | None) -> bool:
    if properties is None:
        return False
    place = properties.find(qn("w:vertAlign"))
    return place is not None and place.get(qn("w:val")) == "superscript"
