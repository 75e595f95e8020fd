"""What every loader is: bytes in, content out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ingest.content import FileContent

OnPage = Callable[[int, int], None]
"""Called with the number of the page just read, from 1, and the number of pages."""


@dataclass(frozen=True, slots=True)
class LoadLimits:
    """Bounds of what is read of one file.

    ``max_unpacked`` in bytes; ``max_paragraph``, of a paragraph or a table, and
    ``max_characters``, of all together, in characters.
    """

    max_unpacked: int = 300 * 1024 * 1024
    max_scanned_pages: int = 500
    ocr_dpi: int = 200
    max_paragraphs: int = 50_000
    max_paragraph: int = 100_000
    max_characters: int = 1_000_000
    max_clauses: int = 3000


class Loader(Protocol):
    """Reads one kind of file."""

    def __call__(self, data: bytes, limits: LoadLimits, on_page: OnPage, /) -> FileContent:
        """The content of the file.

        Raises:
            UnreadableFileError: there is nothing to read, or it cannot be read.
        """
