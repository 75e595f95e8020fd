"""Nearest branches, exactly, in well under a millisecond; pure.

Branches are sorted by latitude. A search looks at a band of latitudes around the
point and widens it until the worst hit kept is nearer than the edge of the band: a
degree of latitude is never shorter than a great-circle degree, so nothing outside
the band can be nearer.
"""

from collections.abc import Callable, Sequence
from math import cos, pi, radians

import numpy as np

EARTH_RADIUS_M = 6_371_008.8
FIRST_BAND_DEGREES = 0.05


class Locator:
    """A fixed set of points in WGS-84 degrees, each with its number in the caller's list."""

    def __init__(self, lats: Sequence[float], lons: Sequence[float]) -> None:
        lat, lon = np.radians(np.asarray(lats, float)), np.radians(np.asarray(lons, float))
        self._order = np.argsort(lat, kind="stable")
        self._lat = lat[self._order]
        sorted_lon = lon[self._order]
        self._vectors = np.stack(
            [
                np.cos(self._lat) * np.cos(sorted_lon),
                np.cos(self._lat) * np.sin(sorted_lon),
                np.sin(self._lat),
            ],
            axis=1,
        )

    def nearest(
        self,
        lat: float,
        lon: float,
        *,
        limit: int,
        keep: Callable[[int], bool] = lambda number: True,
    ) -> list[tuple[int, float]]:
        """(number, metres) of the nearest points that ``keep`` accepts, nearest first.

        Points at the same distance come in the order of their numbers. The Earth is
        taken as a sphere of radius R1.
        """
        here_lat, here_lon = radians(lat), radians(lon)
        here = np.array(
            [cos(here_lat) * np.cos(here_lon), cos(here_lat) * np.sin(here_lon), np.sin(here_lat)]
        )
        band = radians(FIRST_BAND_DEGREES)
        while True:
            low, high = np.searchsorted(self._lat, [here_lat - band, here_lat + band])
            found = self._within(here, int(low), int(high), band, limit, keep)
            if found is not None:
                return found
            band *= 2

    def _within(
        self,
        here: np.ndarray,
        low: int,
        high: int,
        band: float,
        limit: int,
        keep: Callable[[int], bool],
    ) -> list[tuple[int, float]] | None:
        """The answer if the band from ``low`` to ``high`` settles it, else None."""
        chords = np.linalg.norm(self._vectors[low:high] - here, axis=1)
        angles = 2 * np.arcsin(np.clip(chords / 2, 0, 1))
        inside = np.flatnonzero(angles <= band)
        ranked = inside[np.lexsort((self._order[low:high][inside], angles[inside]))]
        found: list[tuple[int, float]] = []
        for place in ranked:
            number = int(self._order[low + place])
            if keep(number):
                found.append((number, float(angles[place]) * EARTH_RADIUS_M))
                if len(found) == limit:
                    return found
        return found if band >= pi else None
