"""Ruled tables: which ruling lines on a page form cells, merged cells included."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ruling:
    """A straight horizontal or vertical line from (x0, y0) to (x1, y1), x0 ≤ x1, y0 ≤ y1."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def is_horizontal(self) -> bool:
        """Whether it runs along a row."""
        return self.x1 - self.x0 > self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's grid; ``cells`` gives for each row and column the number of its cell.

    A merged cell has one number in all the places it covers.
    """

    columns: tuple[float, ...]
    rows: tuple[float, ...]
    cells: tuple[tuple[int, ...], ...]

    @property
    def top(self) -> float:
        """Where the table begins."""
        return self.rows[0]

    def holds(self, x: float, y: float) -> bool:
        """Whether the point lies in the table."""
        return self.columns[0] <= x <= self.columns[-1] and self.rows[0] <= y <= self.rows[-1]

    def cell_at(self, x: float, y: float) -> int:
        """The number of the cell that holds a point of the table."""
        return self.cells[_interval(self.rows, y)][_interval(self.columns, x)]


def find_grids(rulings: Iterable[Ruling], *, tolerance: float) -> list[Grid]:
    """Tables of at least two rows and two columns; lines nearer than ``tolerance`` are one."""
    long_enough = [r for r in rulings if max(r.x1 - r.x0, r.y1 - r.y0) > 2 * tolerance]
    grids = [_grid(group, tolerance) for group in _touching(long_enough, tolerance)]
    return sorted((grid for grid in grids if grid), key=lambda grid: grid.top)


def _touching(rulings: Sequence[Ruling], tolerance: float) -> list[list[Ruling]]:
    """Rulings in groups that hang together."""
    parent = list(range(len(rulings)))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    for one, a in enumerate(rulings):
        for other in range(one + 1, len(rulings)):
            b = rulings[other]
            if (
                a.x0 - tolerance <= b.x1
                and b.x0 - tolerance <= a.x1
                and a.y0 - tolerance <= b.y1
                and b.y0 - tolerance <= a.y1
            ):
                parent[root(other)] = root(one)
    groups: defaultdict[int, list[Ruling]] = defaultdict(list)
    for index, ruling in enumerate(rulings):
        groups[root(index)].append(ruling)
    return list(groups.values())


def _grid(rulings: Sequence[Ruling], tolerance: float) -> Grid | None:
    across = [r for r in rulings if r.is_horizontal]
    down = [r for r in rulings if not r.is_horizontal]
    columns = _levels([(r.x0 + r.x1) / 2 for r in down], tolerance)
    rows = _levels([(r.y0 + r.y1) / 2 for r in across], tolerance)
    if len(columns) < 2 or len(rows) < 2:
        return None
    # Ruling-less outer borders still bound cells.
    columns = _levels([*columns, min(r.x0 for r in across), max(r.x1 for r in across)], tolerance)
    rows = _levels([*rows, min(r.y0 for r in down), max(r.y1 for r in down)], tolerance)
    cells = _merge(columns, rows, across, down, tolerance)
    if len(rows) < 3 or len(columns) < 3 or len({cell for row in cells for cell in row}) < 4:
        return None
    return Grid(tuple(columns), tuple(rows), cells)


def _merge(
    columns: Sequence[float],
    rows: Sequence[float],
    across: Sequence[Ruling],
    down: Sequence[Ruling],
    tolerance: float,
) -> tuple[tuple[int, ...], ...]:
    """Number the cells: two places without a line between them are one cell."""
    numbers = [
        [row * (len(columns) - 1) + column for column in range(len(columns) - 1)]
        for row in range(len(rows) - 1)
    ]

    def rename(old: int, new: int) -> None:
        for row in numbers:
            row[:] = [new if number == old else number for number in row]

    for row in range(len(rows) - 1):
        y = (rows[row] + rows[row + 1]) / 2
        for column in range(len(columns) - 1):
            x = (columns[column] + columns[column + 1]) / 2
            right, below = columns[column + 1], rows[row + 1]
            if column + 2 < len(columns) and not any(
                abs((r.x0 + r.x1) / 2 - right) <= tolerance and r.y0 <= y <= r.y1 for r in down
            ):
                rename(numbers[row][column + 1], numbers[row][column])
            if row + 2 < len(rows) and not any(
                abs((r.y0 + r.y1) / 2 - below) <= tolerance and r.x0 <= x <= r.x1 for r in across
            ):
                rename(numbers[row + 1][column], numbers[row][column])
    return tuple(tuple(row) for row in numbers)


def _levels(values: Iterable[float], tolerance: float) -> list[float]:
    """Distinct positions in order; those nearer than ``tolerance`` count as one."""
    levels: list[float] = []
    for value in sorted(values):
        if not levels or value - levels[-1] > tolerance:
            levels.append(value)
    return levels


def _interval(levels: Sequence[float], value: float) -> int:
    inner = levels[1:-1]
    return sum(value > level for level in inner)
