"""Nearest branches, exactly, in well under a millisecond; pure.

Branches are sorted into the cells of a grid of degrees, so that a block of cells is a
few slices of one array. A search looks at a block around the point and accepts its
answer only when the worst hit kept is nearer than anything outside of the block can be
(great-circle distance to the block's parallels and meridians, the date line and the
poles included); otherwise it widens the block.
"""

from collections.abc import Callable, Sequence
from math import asin, ceil, cos, degrees, floor, inf, pi, radians, sin, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8
POINTS_PER_CELL = 4
SMALLEST_CELL_DEGREES = 0.002

Numbers = NDArray[np.int32]
Keep = Callable[[Numbers], NDArray[np.bool_]]


class Locator:
    """A fixed set of points in WGS-84 degrees, each with its number in the caller's list."""

    def __init__(
        self,
        lats: Sequence[float] | NDArray[np.float64],
        lons: Sequence[float] | NDArray[np.float64],
    ) -> None:
        lat, lon = np.asarray(lats, float), np.asarray(lons, float)
        self._size = len(lat)
        self._south = float(lat.min()) if self._size else 0.0
        self._west = float(lon.min()) if self._size else 0.0
        height, width = (np.ptp(lat), np.ptp(lon)) if self._size else (0.0, 0.0)
        even = sqrt(max(height * width, 1e-9) * POINTS_PER_CELL / max(self._size, 1))
        self._cell = max(even, SMALLEST_CELL_DEGREES, (height + width) / 20_000)
        self._rows = int(height / self._cell) + 1
        self._columns = int(width / self._cell) + 1
        row = ((lat - self._south) / self._cell).astype(np.int64)
        column = ((lon - self._west) / self._cell).astype(np.int64)
        keys = row * self._columns + column
        order = np.argsort(keys, kind="stable")
        self._keys = keys[order]
        self._numbers: Numbers = order.astype(np.int32)
        self._place_of = np.empty(self._size, np.int32)
        self._place_of[order] = np.arange(self._size, dtype=np.int32)
        lat, lon = np.radians(lat[order]), np.radians(lon[order])
        self._vectors = np.stack(
            [np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1
        )

    def nearest(
        self, lat: float, lon: float, *, limit: int, keep: Keep | None = None
    ) -> list[tuple[int, float]]:
        """(number, metres) of the nearest points that ``keep`` accepts, nearest first.

        ``keep`` maps numbers (n,) to booleans (n,). Points at the same distance come in
        the order of their numbers. The Earth is taken as a sphere of radius R1.
        """
        if not self._size or limit < 1:
            return []
        phi, lam = radians(lat), radians(lon)
        here = np.array([cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)])
        steps_lat, steps_lon = 1, ceil(1 / max(cos(phi), 0.01))
        while True:
            places, bound = self._block(lat, lon, steps_lat, steps_lon)
            if keep is not None:
                places = places[keep(self._numbers[places])]
            found = self._ranked(places, here, limit)
            reach = found[-1][1] / EARTH_RADIUS_M if len(found) == limit else inf
            if reach <= bound or bound == inf:
                return found
            wanted = (0, 0) if reach == inf else self._steps_for(reach, phi)
            if wanted[0] <= steps_lat and wanted[1] <= steps_lon:
                wanted = ceil(1.4 * steps_lat), ceil(1.4 * steps_lon)
            steps_lat, steps_lon = max(wanted[0], steps_lat), max(wanted[1], steps_lon)

    def nearest_among(
        self, numbers: Numbers, lat: float, lon: float, *, limit: int, keep: Keep | None = None
    ) -> list[tuple[int, float]]:
        """As :meth:`nearest`, of some numbers only: quicker when they are few or far.

        ``keep`` is asked about the nearest first, and no more often than is needed.
        """
        phi, lam = radians(lat), radians(lon)
        here = np.array([cos(phi) * cos(lam), cos(phi) * sin(lam), sin(phi)])
        places, wanted = self._place_of[numbers], limit
        while True:
            found = self._ranked(places, here, wanted)
            near = np.array([number for number, _ in found], np.int32)
            kept = np.ones(len(near), bool) if keep is None else keep(near)
            fitting = [hit for hit, is_kept in zip(found, kept, strict=True) if is_kept]
            if len(fitting) >= limit or len(found) < wanted:
                return fitting[:limit]
            wanted *= 8

    def _block(
        self, lat: float, lon: float, steps_lat: int, steps_lon: int
    ) -> tuple[NDArray[np.int64], float]:
        """Places in the sorted arrays within the block, and how near (rad) others may be."""
        row, column = self._cell_of(lat, lon)
        low, high = row - steps_lat, row + steps_lat
        left, right = column - steps_lon, column + steps_lon
        has_all_rows = low <= 0 and high >= self._rows - 1
        has_all_columns = left <= 0 and right >= self._columns - 1
        if has_all_rows and has_all_columns:
            return np.arange(self._size), inf
        bound = inf
        if not has_all_rows:
            south, north = self._south + low * self._cell, self._south + (high + 1) * self._cell
            bound = radians(min(lat - south, north - lat))
        if not has_all_columns:
            west, east = self._west + left * self._cell, self._west + (right + 1) * self._cell
            edge = self._west + self._columns * self._cell
            around = 360 - max(edge - lon, lon - self._west)
            bound = min(bound, _to_meridian(min(lon - west, east - lon, around), radians(lat)))
        rows = np.arange(max(low, 0), min(high, self._rows - 1) + 1) * self._columns
        left, right = max(left, 0), min(right, self._columns - 1)
        if left > right:
            return np.empty(0, np.int64), bound
        starts = np.searchsorted(self._keys, rows + left)
        ends = np.searchsorted(self._keys, rows + right, side="right")
        return _joined(starts, ends), bound

    def _cell_of(self, lat: float, lon: float) -> tuple[int, int]:
        return (
            floor((lat - self._south) / self._cell),
            floor((lon - self._west) / self._cell),
        )

    def _steps_for(self, reach: float, phi: float) -> tuple[int, int]:
        """A block whose outside is farther than ``reach`` (rad)."""
        steps_lat = ceil(degrees(reach) / self._cell) + 1
        if reach >= pi / 2 - abs(phi):
            return steps_lat, 2 * ceil(360 / self._cell)
        width = degrees(asin(min(1.0, sin(reach) / cos(phi))))
        return steps_lat, ceil(width / self._cell) + 1

    def _ranked(
        self, places: NDArray[np.integer[Any]], here: NDArray[np.float64], limit: int
    ) -> list[tuple[int, float]]:
        offsets = self._vectors[places] - here
        chords = np.einsum("ij,ij->i", offsets, offsets)
        numbers = self._numbers[places]
        if len(chords) > limit:
            near = np.flatnonzero(chords <= np.partition(chords, limit - 1)[limit - 1])
            chords, numbers = chords[near], numbers[near]
        ranked = np.lexsort((numbers, chords))[:limit]
        return [
            (int(numbers[i]), 2 * asin(min(1.0, sqrt(chords[i]) / 2)) * EARTH_RADIUS_M)
            for i in ranked
        ]


def _to_meridian(gap_degrees: float, phi: float) -> float:
    """Least distance (rad) from a latitude to points that many degrees of longitude away."""
    if gap_degrees <= 0:
        return 0.0
    if gap_degrees >= 90:
        return pi / 2 - abs(phi)
    return asin(cos(phi) * sin(radians(gap_degrees)))


def _joined(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """All integers of the ranges from ``starts`` up to ``ends``, in order."""
    lengths = ends - starts
    total = int(lengths.sum())
    if total == 0:
        return np.empty(0, np.int64)
    shifts = np.repeat(starts - np.concatenate(([0], np.cumsum(lengths)[:-1])), lengths)
    joined: NDArray[np.int64] = np.arange(total) + shifts
    return joined
