"""What loaders hand on: the content of a file, free of its format."""

from dataclasses import dataclass
from enum import StrEnum


class FileKind(StrEnum):
    """The real type of a file, told by its bytes."""

    PDF = "pdf"
    DOCX = "docx"
    DOC = "doc"
    OFD = "ofd"
    HTML = "html"
    MARKDOWN = "markdown"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line that may end in the middle of a sentence.

    ``left``, ``right`` and ``size`` (the width of one Chinese character) share a unit:
    points, pixels or text columns. ``after_gap`` tells that an empty line stands before.
    """

    text: str
    left: float
    right: float
    size: float
    after_gap: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A whole paragraph; ``level`` is that of a heading where the format tells."""

    text: str
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equally many cells; a merged cell repeats its text in each place it covers."""

    rows: tuple[tuple[str, ...], ...]

    def markdown(self) -> str:
        """The table as Markdown, its first row as the header."""
        header, *body = [_row(row) for row in self.rows]
        return "\n".join([header, _row(("---",) * len(self.rows[0])), *body])


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on a page, in reading order; formats without pages have one."""

    items: tuple[Line | Paragraph | Table, ...]


@dataclass(frozen=True, slots=True)
class FileContent:
    """All content of a file.

    ``scanned_pages`` counts those read by character recognition, ``unread_pages`` are the
    numbers of those on which it failed.
    """

    kind: FileKind
    pages: tuple[Page, ...]
    title: str | None = None
    scanned_pages: int = 0
    unread_pages: tuple[int, ...] = ()
