"""What the map shows where there are no tiles: land, and names to find one's way by."""

from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from api.branches.territory import grid
from api.contract.branch_map import LandOutline, MapBox, MapPlace, MapPlaces
from api.contract.crs import to_wgs84
from knowledge.regions.coordinates import Coordinates, Crs
from knowledge.regions.divisions import divisions
from knowledge.regions.gazetteer import towns_within
from knowledge.regions.names import short_name

# From which zoom on names of a level are shown.
LEVELS = {"province": 0, "city": 6, "county": 9, "town": 11}
# Room that a name takes on the screen; of names too near each other the most general is shown.
NAME_PIXELS = (56, 26)
WORLD_PIXELS = 256
MOST_NAMES = 150

Step = tuple[int, int]


@cache
def land_outline() -> LandOutline:
    """The cells that the country touches, joined, their steps cut to slopes."""
    south, west, cell, cells = grid()
    rings = [_sloped(ring) for ring in _rings(np.pad(cells, 1))]
    return LandOutline(
        coordinates=[
            [[[round(west + (x - 1) * cell, 4), round(south + (y - 1) * cell, 4)] for x, y in ring]]
            for ring in rings
        ]
    )


def places_in(box: MapBox, zoom: int) -> MapPlaces:
    """Names of divisions and townships within a box, thinned to what a screen has room for."""
    names = [
        place
        for place in _names()
        if box.south <= place.lat <= box.north
        and box.west <= place.lon <= box.east
        and zoom >= LEVELS[place.level]
    ]
    degrees = 360 / WORLD_PIXELS / 2**zoom
    width, height = (pixels * degrees for pixels in NAME_PIXELS)
    shown: dict[tuple[int, int], MapPlace] = {}
    for place in names:
        column, row = int(place.lon // width), int(place.lat // height)
        beside = [shown.get((column + i, row + j)) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        if not any(
            other and abs(other.lon - place.lon) < width and abs(other.lat - place.lat) < height
            for other in beside
        ):
            shown[column, row] = place
    return MapPlaces(places=list(shown.values())[:MOST_NAMES])


@cache
def _names() -> tuple[MapPlace, ...]:
    """All names with a point, the most general first."""
    named = []
    for division in divisions():
        if division.level == "nation" or division.lat is None or division.lon is None:
            continue
        point = to_wgs84(Coordinates(lat=division.lat, lon=division.lon, crs=Crs.GCJ02))
        name = short_name(division.name)
        named.append(MapPlace(name=name, level=division.level, lat=point.lat, lon=point.lon))
    for town in towns_within("000000", "999999"):
        if town.point is not None:
            point = town.point
            named.append(MapPlace(name=town.name, level="town", lat=point.lat, lon=point.lon))
    return tuple(sorted(named, key=lambda place: LEVELS[place.level]))


def _rings(cells: NDArray[np.bool_]) -> list[list[Step]]:
    """The outer edges (x, y) of joined cells; what a ring encloses is taken for land."""
    ahead: dict[Step, list[Step]] = {}
    # Each edge between land and not, with the land to its left.
    for dy, dx, begin, end in (
        (-1, 0, (0, 0), (1, 0)),
        (0, 1, (1, 0), (1, 1)),
        (1, 0, (1, 1), (0, 1)),
        (0, -1, (0, 1), (0, 0)),
    ):
        edge = cells & ~np.roll(cells, (-dy, -dx), (0, 1))
        for y, x in np.argwhere(edge).tolist():
            ahead.setdefault((x + begin[0], y + begin[1]), []).append((x + end[0], y + end[1]))
    rings = []
    while ahead:
        start = next(iter(ahead))
        ring, here = [start], start
        while True:
            # Cells that only share a corner stay apart.
            here = _left_most(ring, ahead[here]) if len(ahead[here]) > 1 else ahead[here][0]
            ahead[ring[-1]].remove(here)
            if not ahead[ring[-1]]:
                del ahead[ring[-1]]
            ring.append(here)
            if here == start:
                break
        rings.append(ring)
    return [ring for ring in rings if _turns_left(ring)]


def _left_most(ring: list[Step], ways: list[Step]) -> Step:
    if len(ring) < 2:
        return ways[0]
    (x0, y0), (x1, y1) = ring[-2:]
    return max(ways, key=lambda way: (x1 - x0) * (way[1] - y1) - (y1 - y0) * (way[0] - x1))


def _turns_left(ring: list[Step]) -> bool:
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in pairwise(ring)) > 0


def _sloped(ring: list[Step]) -> list[tuple[float, float]]:
    """The middles of the edges, without those that lie on a straight line; closed."""
    middles = [((x0 + x1) / 2, (y0 + y1) / 2) for (x0, y0), (x1, y1) in pairwise(ring)]
    around = [middles[-1], *middles, middles[0]]
    kept = [
        here
        for before, here, after in zip(around, around[1:], around[2:], strict=False)
        if (here[0] - before[0], here[1] - before[1]) != (after[0] - here[0], after[1] - here[1])
    ]
    return [*kept, kept[0]]
