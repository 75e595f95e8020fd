"""From pieces of text and ruling lines on a page to lines and tables in reading order.

Coordinates run right and down from the page's upper left corner, in any one unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingest.content import Line, Page, Table
from ingest.loaders.grid import Grid, Ruling, find_grids
from ingest.loaders.tables import table_of


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text and the box it stands in."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> tuple[float, float]:
        """The centre of the box as (x, y)."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


def lay_out(fragments: Sequence[Fragment], rulings: Sequence[Ruling], most: int) -> Page:
    """The page's lines from top to bottom, ruled tables in their places.

    Raises:
        UnreadableFileError: a table has more than ``most`` characters.
    """
    if not fragments:
        return Page(())
    size = median(fragment.bottom - fragment.top for fragment in fragments)
    grids = find_grids(rulings, tolerance=0.35 * size)
    inside: dict[int, list[Fragment]] = {index: [] for index in range(len(grids))}
    outside: list[Fragment] = []
    for fragment in fragments:
        home = next((i for i, grid in enumerate(grids) if grid.holds(*fragment.middle)), None)
        (outside if home is None else inside[home]).append(fragment)
    placed: list[tuple[float, Line | Table]] = [
        (min(part.top for part in row), _line(row, size)) for row in _rows(outside)
    ]
    for index, grid in enumerate(grids):
        if table := _table(grid, inside[index], size, most):
            placed.append((grid.top, table))
    placed.sort(key=lambda item: item[0])
    return Page(tuple(item for _, item in placed))


def _rows(fragments: Sequence[Fragment]) -> list[list[Fragment]]:
    """Fragments that stand beside each other, each row from left to right."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(fragments, key=lambda part: part.middle[1]):
        if rows and _beside(rows[-1][-1], fragment):
            rows[-1].append(fragment)
        else:
            rows.append([fragment])
    return [sorted(row, key=lambda part: part.left) for row in rows]


def _beside(one: Fragment, other: Fragment) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared > 0.5 * min(one.bottom - one.top, other.bottom - other.top)


def _line(row: Sequence[Fragment], size: float) -> Line:
    return Line(_joined(row, size), row[0].left, max(part.right for part in row), size)


def _joined(row: Sequence[Fragment], size: float) -> str:
    text = row[0].text
    for before, after in pairwise(row):
        text += (" " if after.left - before.right > 0.6 * size else "") + after.text
    return text.strip()


def _table(grid: Grid, fragments: Sequence[Fragment], size: float, most: int) -> Table | None:
    cells: dict[int, list[Fragment]] = {}
    for fragment in fragments:
        cells.setdefault(grid.cell_at(*fragment.middle), []).append(fragment)
    texts = {
        cell: " ".join(_joined(row, size) for row in _rows(parts)) for cell, parts in cells.items()
    }
    texts = {cell: _close_up(text) for cell, text in texts.items()}
    table = table_of(((texts.get(cell, "") for cell in row) for row in grid.cells), most)
    return table if table.rows else None


def _close_up(text: str) -> str:
    """Lines of a cell joined: a space stays only between Latin words."""
    words = text.split(" ")
    closed = words[0]
    for word in words[1:]:
        latin = closed[-1:].isascii() and closed[-1:].isalpha() and word[:1].isascii()
        closed += (" " if latin else "") + word
    return closed
