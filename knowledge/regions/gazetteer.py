"""Townships of China by name, with a point where one is known. Sources: SOURCES.md."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.regions.coordinates import Coordinates
from knowledge.regions.divisions import divisions

_SUFFIX = re.compile(r"(?:地区办事处|街道办事处|街道|民族乡|镇|乡|苏木|农场|林场|牧场)$")
# 新华路 is a street, not the township 新华镇.
_NOT_BEHIND = re.compile(r"[东西南北中]?[一二三]?(?:路|街(?!道)|巷|大道|大街|桥|广场|小区|大厦|边)")
LONGEST = 14


@dataclass(frozen=True, slots=True)
class Town:
    """A township; ``region`` is the adcode of its county, or city where there is none."""

    name: str
    region: str
    point: Coordinates | None

    @property
    def full_name(self) -> str:
        """Such as 山东省济宁市嘉祥县纸坊镇."""
        return divisions().full_name(self.region) + self.name


@dataclass(frozen=True, slots=True)
class TownMention:
    """A township's name in a text, and the townships it may mean."""

    text: str
    start: int
    towns: tuple[Town, ...]
    is_full: bool


def find_towns(text: str) -> Iterator[TownMention]:
    """Names of townships in a text, full or short, that no street is named after."""
    full, short = _names()
    for start in range(len(text) - 1):
        for length in range(min(LONGEST, len(text) - start), 1, -1):
            piece = text[start : start + length]
            if towns := full.get(piece):
                yield TownMention(piece, start, towns, is_full=True)
            elif (towns := short.get(piece)) and not _NOT_BEHIND.match(text, start + length):
                yield TownMention(piece, start, towns, is_full=False)


def towns_within(low: str, high: str) -> list[Town]:
    """The townships of a range of adcodes."""
    return [town for town in _towns() if low <= town.region <= high]


@cache
def abroad() -> frozenset[str]:
    """Chinese names of countries and cities abroad."""
    return frozenset(_read("abroad.txt").split())


@cache
def _towns() -> tuple[Town, ...]:
    rows = csv.DictReader(_read("towns.csv").splitlines())
    return tuple(
        Town(
            row["name"],
            row["region"],
            Coordinates(lat=float(row["lat"]), lon=float(row["lon"])) if row["lat"] else None,
        )
        for row in rows
    )


@cache
def _names() -> tuple[dict[str, tuple[Town, ...]], dict[str, tuple[Town, ...]]]:
    """Townships by full and by short name."""
    full: defaultdict[str, list[Town]] = defaultdict(list)
    short: defaultdict[str, list[Town]] = defaultdict(list)
    for town in _towns():
        full[town.name].append(town)
        bare = _SUFFIX.sub("", town.name)
        if bare != town.name and len(bare) > 1 and bare[-1] not in "路街":
            short[bare].append(town)
    return _frozen(full.items()), _frozen(short.items())


def _frozen(items: Iterable[tuple[str, list[Town]]]) -> dict[str, tuple[Town, ...]]:
    return {name: tuple(towns) for name, towns in items}


def _read(name: str) -> str:
    return files("knowledge.regions").joinpath(name).read_text("utf-8")
