"""Branches that are probably one: same bank, within fifty metres, names or addresses alike."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import product
from math import asin, cos, radians, sin, sqrt

from api.branches.locator import EARTH_RADIUS_M

NEAR_M = 50.0
ALIKE = 0.75
_CELL_DEGREES = 0.001
Cell = tuple[str, int, int]
_NOISE = re.compile(r"[（(【].*?[)）】]|股份有限公司|有限责任公司|有限公司|中国|\s")


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is compared of a branch; ``lat`` and ``lon`` in WGS-84 degrees."""

    id: str
    bank: str
    name: str
    address: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two branches that are probably one."""

    first: str
    second: str
    names: tuple[str, str]
    distance_m: float


def find_duplicates(
    candidates: Iterable[Candidate], *, known: Iterable[Candidate] = ()
) -> Iterator[Duplicate]:
    """Each suspicious pair once, in the order in which the branches come.

    ``known`` branches are compared with the candidates, and not with each other.
    """
    cells: defaultdict[Cell, list[Candidate]] = defaultdict(list)
    for candidate in known:
        cells[_cell(candidate)].append(candidate)
    for candidate in candidates:
        bank, row, column = cell = _cell(candidate)
        for d_row, d_column in product((-1, 0, 1), repeat=2):
            for other in cells.get((bank, row + d_row, column + d_column), ()):
                metres = _metres(candidate, other)
                if metres <= NEAR_M and _are_alike(candidate, other):
                    names = (other.name, candidate.name)
                    yield Duplicate(other.id, candidate.id, names, round(metres, 1))
        cells[cell].append(candidate)


def _are_alike(a: Candidate, b: Candidate) -> bool:
    pairs = ((a.name, b.name), (a.address, b.address))
    return any(_similarity(_plain(x), _plain(y)) >= ALIKE for x, y in pairs)


def _similarity(a: str, b: str) -> float:
    if _numbers(a) != _numbers(b):
        return 0.0  # 10号 and 12号 are two doors, 第一 and 第二 two branches
    return SequenceMatcher(None, a, b).ratio()


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+|第[一二三四五六七八九十]+", text)


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return _NOISE.sub("", text)


def _cell(candidate: Candidate) -> Cell:
    row, column = candidate.lat / _CELL_DEGREES, candidate.lon / _CELL_DEGREES
    return _plain(candidate.bank), round(row), round(column)


def _metres(a: Candidate, b: Candidate) -> float:
    phi, psi = radians(a.lat), radians(b.lat)
    north, east = (psi - phi) / 2, radians(b.lon - a.lon) / 2
    return (
        2
        * EARTH_RADIUS_M
        * asin(min(1.0, sqrt(sin(north) ** 2 + cos(phi) * cos(psi) * sin(east) ** 2)))
    )
