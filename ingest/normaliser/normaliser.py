"""Turns the content of a file into clean paragraphs and tables."""

from dataclasses import dataclass, replace

from ingest.content import FileContent, Line, Page, Paragraph, Table
from ingest.normaliser.characters import fold, is_traditional, to_simplified
from ingest.normaliser.furniture import strip_furniture
from ingest.normaliser.paragraphs import join_lines
from ingest.normaliser.residue import is_garbled, strip_residue


@dataclass(frozen=True, slots=True)
class CleanText:
    """A document's paragraphs and tables in reading order, in simplified characters.

    ``is_garbled`` tells that some characters were lost before the file came to us.
    """

    items: tuple[Paragraph | Table, ...]
    title: str | None
    is_garbled: bool = False

    @property
    def text(self) -> str:
        """All of it, a line for each paragraph and table row."""
        return "\n".join(
            item.text if isinstance(item, Paragraph) else item.markdown() for item in self.items
        )


def normalise_content(content: FileContent) -> CleanText:
    """Fold characters, drop furniture and residue, join lines, convert to simplified."""
    pages = tuple(_fold_page(page) for page in content.pages)
    items = join_lines(strip_furniture(pages))
    title = fold(content.title) if content.title else None
    clean = CleanText(tuple(items), title)
    if is_traditional(clean.text):
        clean = _simplify(clean)
    # Only now: what pages leave behind is known by its simplified form.
    return replace(clean, items=tuple(strip_residue(clean.items)), is_garbled=_is_garbled(content))


def _is_garbled(content: FileContent) -> bool:
    """Asked of the text as loaded: folding drops the signs of lost characters."""
    return any(
        is_garbled(item.text)
        for page in content.pages
        for item in page.items
        if not isinstance(item, Table)
    )


def _fold_page(page: Page) -> Page:
    folded: list[Line | Paragraph | Table] = []
    for item in page.items:
        if isinstance(item, Table):
            folded.append(Table(tuple(tuple(fold(cell) for cell in row) for row in item.rows)))
        elif not (text := fold(item.text)):
            continue
        elif isinstance(item, Line):
            folded.append(Line(text, item.left, item.right, item.size, item.after_gap))
        else:
            folded.append(Paragraph(text, item.level))
    return Page(tuple(folded))


def _simplify(clean: CleanText) -> CleanText:
    items: list[Paragraph | Table] = []
    for item in clean.items:
        if isinstance(item, Paragraph):
            items.append(Paragraph(to_simplified(item.text), item.level))
        else:
            items.append(
                Table(tuple(tuple(to_simplified(cell) for cell in row) for row in item.rows))
            )
    return CleanText(tuple(items), to_simplified(clean.title) if clean.title else None)
