"""Whether a position lies in China, to about five kilometres.

A bit for each cell of 0.05 degrees that the country touches, islands included; a border
town's neighbours across the border within the same cell count as inside. It decides only
whether a look-up makes sense and says nothing about where a border runs.
"""

from functools import cache
from importlib.resources import as_file, files

import numpy as np
from numpy.typing import NDArray

from knowledge.regions.coordinates import Coordinates

Cells = NDArray[np.bool_]


def is_in_china(point: Coordinates) -> bool:
    """Whether the cell of a point touches the country, in whatever system."""
    south, west, cell, cells = grid()
    row, column = int((point.lat - south) // cell), int((point.lon - west) // cell)
    rows, columns = cells.shape
    return 0 <= row < rows and 0 <= column < columns and bool(cells[row, column])


@cache
def grid() -> tuple[float, float, float, Cells]:
    """South and west edge and cell in degrees, and the cells (rows north, columns east)."""
    with as_file(files("api.branches").joinpath("data/territory.npz")) as path:
        held = np.load(path)
        rows, columns = (int(n) for n in held["shape"])
        cells = np.unpackbits(held["bits"], count=rows * columns).reshape(rows, columns)
        south, west = (float(x) for x in held["origin"])
        return south, west, float(held["cell"]), cells.astype(bool)
