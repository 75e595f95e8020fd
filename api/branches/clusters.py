"""Gathers points that would lie on top of each other on a screen; pure.

The grid belongs to the world and not to the box: a cluster keeps its place while the map
is moved. It is square in Web Mercator, as the screens are.
"""

from dataclasses import dataclass
from math import asinh, pi, radians, tan

import numpy as np
from numpy.typing import NDArray

from api.branches.locator import Numbers
from api.contract.branch_map import MapBox

CELL_PIXELS = 64
WORLD_PIXELS = 256
# Bounds the answer whatever zoom is asked for: no more cells than this along a side.
MOST_CELLS = 40
# Web Mercator ends here.
MOST_LATITUDE = 85.05

Degrees = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Cluster:
    """``number`` is that of its only point, None where there are more."""

    lat: float
    lon: float
    count: int
    number: int | None


class ClusterMap:
    """A fixed set of points in WGS-84 degrees, each with its number in the caller's list."""

    def __init__(self, lats: Degrees, lons: Degrees) -> None:
        self._lats, self._lons = lats, lons
        bounded = np.radians(np.clip(lats, -MOST_LATITUDE, MOST_LATITUDE))
        # From 0 to 1, west to east and north to south.
        self._x = (lons + 180) / 360
        self._y = (1 - np.arcsinh(np.tan(bounded)) / pi) / 2

    def within(self, box: MapBox) -> NDArray[np.bool_]:
        """Which points (n,) lie in a box or on its edge."""
        inside: NDArray[np.bool_] = (self._lats >= box.south) & (self._lats <= box.north)
        inside &= (self._lons >= box.west) & (self._lons <= box.east)
        return inside

    def extent(self, numbers: Numbers) -> MapBox | None:
        """The smallest box around the points of these numbers."""
        if not len(numbers):
            return None
        lats, lons = self._lats[numbers], self._lons[numbers]
        south, north, west, east = lats.min(), lats.max(), lons.min(), lons.max()
        return MapBox(south=south, west=west, north=north, east=east)

    def gathered(self, numbers: Numbers, box: MapBox, zoom: int) -> list[Cluster]:
        """The points of these numbers, all within the box, as clusters."""
        north, south = _mercator(box.north), _mercator(box.south)
        width, height = (box.east - box.west) / 360, south - north
        cell = max(CELL_PIXELS / WORLD_PIXELS / 2**zoom, width / MOST_CELLS, height / MOST_CELLS)
        # Cut off, which for positive numbers is the floor and much quicker.
        columns = (self._x[numbers] * (1 / cell)).astype(np.int32)
        rows = (self._y[numbers] * (1 / cell)).astype(np.int32)
        if not len(numbers):
            return []
        columns -= columns.min()
        rows -= rows.min()
        keys = rows * (columns.max() + 1) + columns
        counts = np.bincount(keys)
        held = np.flatnonzero(counts)
        sums = [
            np.bincount(keys, weights)[held]
            for weights in (self._lats[numbers], self._lons[numbers], numbers)
        ]
        return [
            Cluster(float(lat / count), float(lon / count), int(count), _alone(number, count))
            for count, lat, lon, number in zip(counts[held], *sums, strict=True)
        ]


def _alone(number: float, count: int) -> int | None:
    return int(number) if count == 1 else None


def _mercator(lat: float) -> float:
    bounded = max(-MOST_LATITUDE, min(MOST_LATITUDE, lat))
    return (1 - asinh(tan(radians(bounded))) / pi) / 2
