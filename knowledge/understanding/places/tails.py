"""Towns and development zones, which are no divisions of the table, behind a place."""

import re
from collections.abc import Mapping
from functools import cache

from knowledge.understanding.places.table import most_general, name_table, read_data

# What no proper name of a town or zone has in it, nor begins with: there a sentence goes on.
_GOES_ON = (
    "我你他她俺咱在是到去从的了跟与及有个住想搞办就也这哪什么每某各级返农创业做让给于为或区县省"
)
_NAME = rf"[^\W\da-zA-Z{_GOES_ON}]"
_START = "(?![和都那以人依托])"
_TOWN = re.compile(
    rf"{_START}(?:{_NAME}{{1,6}}?(?:镇(?![上里子静定银])|乡(?![村镇亲土下间居一统建规融社低])|街道|苏木)"
    rf"|{_NAME}{{1,10}}?族乡)(?!街道)"
)
# 城镇, 家乡, 返乡 and the like are no names.
_NO_TOWN = re.compile(
    r"[城家老同故外思本村集]?[镇乡]|.*(?:小城|型城|色小|老家|农村)[镇乡]|.*[返回归还下离进入]乡|.*市乡"
)
_LONGEST = 12


def tail_at(text: str, start: int, end: int | None = None) -> str:
    """The zone or town whose name begins there; empty if none does."""
    limit = min(start + _LONGEST, len(text) if end is None else end)
    if zone := _zone().match(text, start, limit):
        return zone[0]
    town = _TOWN.match(text, start, limit)
    return town[0] if town and not _NO_TOWN.fullmatch(town[0]) else ""


def zones_named(name: str) -> tuple[str, ...]:
    """The cities that have a zone of such a kind; none for a name that is no kind of zone."""
    kind = next((kind for kind, names in _kinds().items() if name in names), None)
    return _cities_with(kind) if kind else ()


@cache
def zone_alone() -> re.Pattern[str]:
    """A zone named by its kind only; 各开发区, 省级开发区, 产业开发区 are none."""
    names = {name for names in _kinds().values() for name in names}
    return re.compile(rf"(?<![各级业类型新个省术])(?:{_longest_first(names)})")


@cache
def _cities_with(kind: str) -> tuple[str, ...]:
    rows, table = read_data("zones.yaml"), name_table()
    kinds = [kind] if kind in rows else ["高新区", "经开区"]
    cities = {city for kind in kinds for city in rows[kind].split()}
    return tuple(sorted(most_general(table.codes(city))[0] for city in cities))


@cache
def _kinds() -> Mapping[str, frozenset[str]]:
    rows = read_data("zones.yaml")["kinds"]
    return {kind: frozenset(names.split()) for kind, names in rows.items()}


@cache
def _zone() -> re.Pattern[str]:
    endings = set(read_data("zones.yaml")["endings"].split())
    endings.update(name for names in _kinds().values() for name in names)
    return re.compile(rf"{_START}{_NAME}{{0,4}}?(?:{_longest_first(endings)})")


def _longest_first(names: set[str]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))
