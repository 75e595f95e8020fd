"""From pieces of text and ruling lines on a page to lines and tables in reading order.

Coordinates run right and down from the page's upper left corner, in any one unit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.content import Line, Page, Table
from ingest.loaders.grid import Grid, Ruling, find_grids
from ingest.loaders.tables import table_of

# Two columns: so wide a strip, in characters, free in so many rows at least and in such a share of
# them, beside lines that for the most part fill such a share of their column.
_GUTTER, _FEWEST_ROWS, _SHARE_OF_ROWS, _FULL = 1.2, 5, 0.5, 0.85


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


@dataclass(frozen=True, slots=True)
class Gutter:
    """The empty strip between two columns of text, from ``left`` to ``right``.

    ``start`` and ``end`` are where the text of the page begins and ends.
    """

    left: float
    right: float
    start: float
    end: float

    def split(self, row: Sequence[Fragment]) -> tuple[list[Fragment], list[Fragment]] | None:
        """What of a row stands in each column; None where it goes across."""
        middle = (self.left + self.right) / 2
        if any(part.left < middle < part.right for part in row):
            return None
        beside = [part for part in row if part.right <= middle]
        return beside, [part for part in row if part.right > middle]

    def widened(self, line: Line) -> Line:
        """A column's line as if the column had the page to itself: full and indented alike."""
        is_left = line.right <= self.right
        start, end = (self.start, self.left) if is_left else (self.right, self.end)
        return replace(
            line, left=self.start + line.left - start, right=self.end - (end - line.right)
        )


def find_gutter(rows: Sequence[list[Fragment]], size: float) -> Gutter | None:
    """The strip between two columns, where most rows of the page keep it free.

    Rows of a table without lines keep one free too, but their cells are short: a column's
    lines are full.
    """
    gaps = [
        (before.right, after.left)
        for row in rows
        for before, after in pairwise(row)
        if after.left - before.right > _GUTTER * size
    ]
    if len(gaps) < _FEWEST_ROWS or len(gaps) < _SHARE_OF_ROWS * len(rows):
        return None
    left, right = max(gap[0] for gap in gaps), min(gap[1] for gap in gaps)
    if right <= left:
        return None
    start = min(part.left for row in rows for part in row)
    end = max(part.right for row in rows for part in row)
    full = sum(gap[0] - start > _FULL * (left - start) for gap in gaps)
    return Gutter(left, right, start, end) if full > len(gaps) / 2 else None


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
    tables = [
        (grid.top, table)
        for index, grid in enumerate(grids)
        if (table := _table(grid, inside[index], size, most))
    ]
    return Page(tuple(_in_order(_rows(outside), tables, size)))


def _in_order(
    rows: Sequence[list[Fragment]], tables: Sequence[tuple[float, Table]], size: float
) -> Iterator[Line | Table]:
    """Lines and tables from top to bottom; between what goes across, column after column."""
    gutter = find_gutter(rows, size)
    blocks: list[tuple[float, list[Fragment] | Table]] = [
        *((min(part.top for part in row), row) for row in rows),
        *((top, table) for top, table in tables),
    ]
    right: list[list[Fragment]] = []
    for _, block in sorted(blocks, key=lambda block: block[0]):
        columns = None if gutter is None or isinstance(block, Table) else gutter.split(block)
        if gutter is None or columns is None:
            yield from (gutter.widened(_line(row, size)) for row in right if gutter)
            right.clear()
            yield block if isinstance(block, Table) else _line(block, size)
            continue
        beside, beyond = columns
        if beside:
            yield gutter.widened(_line(beside, size))
        if beyond:
            right.append(beyond)
    yield from (gutter.widened(_line(row, size)) for row in right if gutter)


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
