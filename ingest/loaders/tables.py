"""Tables as every loader makes them, within the bounds of one file."""

from collections.abc import Iterable

from ingest.content import Table
from ingest.errors import Reason, UnreadableFileError


def table_of(rows: Iterable[Iterable[str]], most: int) -> Table:
    """A table of ragged rows, short ones filled up with empty cells.

    Line breaks inside a cell become spaces; rows without any text are left out. Cells are taken
    one after the other: merged ones that say they cover a million places are not laid out first.

    Args:
        rows: each is taken before the next is asked for.
        most: characters of the whole table; a cell counts as one at least.

    Raises:
        UnreadableFileError: there are more.
    """
    filled: list[list[str]] = []
    left = most
    for row in rows:
        folded: list[str] = []
        left_before = left
        for cell in row:
            folded.append(" ".join(cell.split()))
            left -= max(1, len(folded[-1]))
            _check(left)
        if any(folded):
            filled.append(folded)
        else:
            left = left_before
    width = max(map(len, filled), default=0)
    _check(most - width * len(filled))
    return Table(tuple(tuple(row + [""] * (width - len(row))) for row in filled))


def _check(left: int) -> None:
    if left < 0:
        raise UnreadableFileError(Reason.PARAGRAPH_TOO_LONG)
