"""All names by which places are known, made once from the table of divisions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from knowledge.documents import NATION
from knowledge.kit.yaml import read_yaml
from knowledge.regions.divisions import Division, divisions
from knowledge.regions.former_names import former_names
from knowledge.regions.names import short_name, spoken_names
from knowledge.understanding.normaliser import to_simplified, to_traditional

_ORDER = ("province", "city", "county")


@dataclass(frozen=True, slots=True)
class Named:
    """The divisions that a name tells with its kind (任城区): ``once`` had it before.

    Among ``once`` are also those that have it for short (管城区).
    """

    codes: tuple[str, ...] = ()
    once: tuple[str, ...] = ()


@dataclass(frozen=True)
class NameTable:
    """Names in simplified characters, most general meaning first.

    ``everyday`` are short names that are words too, ``cities_ahead`` and ``counties_ahead``
    those of them that count at the head of a sentence; ``lengths`` are of the names that begin
    with these two characters.
    """

    full: Mapping[str, Named]
    short: Mapping[str, tuple[str, ...]]
    everyday: frozenset[str]
    cities_ahead: frozenset[str]
    counties_ahead: frozenset[str]
    not_behind: Mapping[str, str]
    not_before: Mapping[str, str]
    lengths: Mapping[str, tuple[int, ...]]

    def starting_at(self, text: str, start: int) -> Iterator[str]:
        """The names that a text has at a position, shortest first."""
        for length in self.lengths.get(text[start : start + 2], ()):
            name = text[start : start + length]
            if len(name) == length and (name in self.full or name in self.short):
                yield name

    def codes(self, name: str) -> tuple[str, ...]:
        """All that a name may mean, full or short."""
        named = self.full.get(name, Named())
        return tuple(dict.fromkeys((*named.codes, *named.once, *self.short.get(name, ()))))


@cache
def name_table() -> NameTable:
    """The names of all divisions, made from the tables of ``knowledge.regions``."""
    words = read_data("short_names.yaml")
    rows = [division for division in divisions() if division.code != NATION]
    now = _gathered((row.name, row) for row in rows)
    once = _gathered(_once(rows, words["called"]))
    full = {name: _named(now.get(name, ()), once.get(name, ())) for name in (*now, *once)}
    short = _gathered(_short(rows, words["nicknames"]))
    # 闸北, 塘沽: the short name of what is no more counts like one that is a word.
    gone = _gathered((short_name(name), divisions().get(code)) for name, code in former_names())
    gone = {name: found for name, found in gone.items() if name not in short and name not in full}
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for name in (*full, *short, *gone):
        lengths[name[:2]].add(len(name))
    everyday = frozenset(words["everyday_words"].split())
    provinces = {short_name(row.name) for row in rows if row.level == "province"}
    return NameTable(
        full=full,
        short={name: _codes(found) for name, found in (short | gone).items()},
        everyday=everyday - provinces | gone.keys(),
        cities_ahead=frozenset(words["cities_at_the_head"].split()),
        counties_ahead=frozenset(words["counties_at_the_head"].split()) | gone.keys() - everyday,
        not_behind=words["not_behind"],
        not_before=words["not_before"],
        lengths={beginning: tuple(sorted(found)) for beginning, found in lengths.items()},
    )


def read_data(name: str) -> Any:
    """One of the YAML tables about names of places."""
    return read_yaml(files("knowledge.regions").joinpath(name).read_text("utf-8"))


@lru_cache(maxsize=10_000)
def most_general(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Provinces rather than cities, cities rather than counties."""
    levels = {code: _ORDER.index(divisions().get(code).level) for code in codes}
    best = min(levels.values(), default=0)
    return tuple(code for code, level in levels.items() if level == best)


def _once(rows: Iterable[Division], called: Mapping[str, str]) -> Iterator[tuple[str, Division]]:
    for row in rows:
        yield from ((name, row) for name in spoken_names(row.name))
    for name, code in (*former_names(), *called.items()):
        yield name, divisions().get(code)


def _short(
    rows: Iterable[Division], nicknames: Mapping[str, str]
) -> Iterator[tuple[str, Division]]:
    for row in rows:
        if (bare := short_name(row.name)) != row.name:
            yield bare, row
    for name, code in nicknames.items():
        yield name, divisions().get(code)


def _gathered(pairs: Iterable[tuple[str, Division]]) -> dict[str, list[Division]]:
    """Divisions by name, and by what folding makes of the name: 乾县 becomes 干县."""
    gathered: defaultdict[str, list[Division]] = defaultdict(list)
    listed = list(pairs)
    lines = "\n".join(name for name, _ in listed)  # one call, for there are thousands
    for folded in (to_simplified(lines), to_simplified(to_traditional(lines))):
        for spelling, (name, division) in zip(folded.split("\n"), listed, strict=True):
            gathered[name].append(division)
            gathered[spelling].append(division)
    return dict(gathered)


def _named(now: Iterable[Division], once: Iterable[Division]) -> Named:
    codes = _codes(now)
    return Named(codes, tuple(code for code in _codes(once) if code not in codes))


def _codes(found: Iterable[Division]) -> tuple[str, ...]:
    ordered = sorted(found, key=lambda row: (_ORDER.index(row.level), row.code))
    return tuple(dict.fromkeys(row.code for row in ordered))
