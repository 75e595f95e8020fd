"""Finds places of China in a sentence.

Full names always count. Short names count for provinces and cities (济宁, 江西); a
county's short name counts only inside a place already named, because many are
everyday words (合作, 兴业, 平安).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.documents import NATION
from knowledge.errors import UnknownRegionError
from knowledge.kit.yaml import read_yaml
from knowledge.regions.divisions import Division, divisions
from knowledge.regions.names import short_name

LONGEST_NAME = 60  # characters; what is longer names no region
# 北京路, 太白楼路: a street is not the place it is named after.
_HEAD = re.compile(r"[\W在到去从是我们俺咱和跟比]")
_STREET = re.compile(r"[东西南北中]?(?:路|街|巷|大道|大街|楼|桥)")


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text; several codes when the name is ambiguous."""

    text: str
    start: int
    codes: tuple[str, ...]


def find_places(text: str, *, within: str | None = None) -> list[PlaceMention]:
    """Places named in ``text``, the most exact reading of each, in order.

    ``within`` is a region known from the context; it settles ambiguous names.
    """
    read = _without_straddlers(list(_candidates(text)))
    candidates = sorted(read, key=lambda c: (c.rank, -len(c.text), c.start))
    taken = [False] * len(text)
    chosen: list[_Candidate] = []
    context = {within}
    for candidate in candidates:
        span = range(candidate.start, candidate.start + len(candidate.text))
        if any(taken[i] for i in span):
            continue
        if candidate.needs_context and not _inside(candidate, context):
            continue
        for i in span:
            taken[i] = True
        chosen.append(candidate)
        context.update(candidate.codes)
    ordered = sorted(chosen, key=lambda candidate: candidate.start)
    return _merge([PlaceMention(c.text, c.start, _inside(c, context) or c.codes) for c in ordered])


def bare_place(text: str) -> str | None:
    """The adcode when a message is hardly more than the name of one place: 我在嘉祥."""
    places = find_places(text)
    if len(places) != 1 or len(places[0].codes) != 1:
        return None
    rest = text.replace(places[0].text, "", 1).strip(" 。，,.!！在是我俺就呢吧的那边这里县市区人")
    return places[0].codes[0] if len(rest) < 2 else None


def without_places(text: str, places: Sequence[PlaceMention]) -> str:
    """A text without the places it names; all of it, if it names nothing else."""
    starts = [0, *(place.start + len(place.text) for place in places)]
    ends = [*(place.start for place in places), len(text)]
    rest = "".join(text[start:end] for start, end in zip(starts, ends, strict=True))
    return rest if re.search(r"\w", rest) else text


def resolve_region(name: str) -> str:
    """The adcode of a region given by name or code.

    Raises:
        UnknownRegionError: it names no place, or several.
    """
    name = name.strip()
    if len(name) > LONGEST_NAME:
        raise UnknownRegionError(f"{len(name)} characters are no name")
    if name.isdigit():
        return divisions().get(name[:6].ljust(6, "0")).code
    if name in ("全国", "国家", "中国"):
        return NATION
    if len(same := divisions().named(name)) == 1:
        return same[0].code
    found = find_places(name)
    if found and len(found[-1].codes) == 1:
        return found[-1].codes[0]
    if len(short := [d.code for d in divisions() if short_name(d.name) == name]) == 1:
        return short[0]
    raise UnknownRegionError(f"no single division is named {name[:20]!r}")


@dataclass(frozen=True, slots=True)
class _Candidate:
    text: str
    start: int
    codes: tuple[str, ...]
    rank: int
    needs_context: bool

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def _candidates(text: str) -> Iterable[_Candidate]:
    names = _names()
    for start in range(len(text) - 1):
        for length in names.lengths.get(text[start : start + 2], ()):
            if start + length > len(text):
                break
            piece = text[start : start + length]
            if codes := names.full.get(piece):
                yield _Candidate(piece, start, codes, 0, needs_context=False)
            elif codes := names.short.get(piece):
                named_after = _STREET.match(text, start + length)
                if named_after or (start and text[start - 1] in names.not_behind.get(piece, "")):
                    continue
                is_word = piece in names.everyday
                if piece in names.at_the_head and (not start or _HEAD.match(text, start - 1)):
                    is_word = False
                yield from _short_candidates(piece, start, codes, is_everyday=is_word)


def _without_straddlers(candidates: list[_Candidate]) -> list[_Candidate]:
    """Leaves out short names that begin in the middle of another: 山西 in 凉山西昌, 佛山西樵.

    Names are read from the left. One that is also an everyday word settles nothing
    (其中山西), nor does one before a name that is spelt out (山西省).
    """
    kept: list[_Candidate] = []
    reaching: list[_Candidate] = []  # those kept that end behind the place now read
    for c in sorted(candidates, key=lambda c: c.start):
        reaching = [s for s in reaching if s.end > c.start]
        if c.rank > 0 and any(s.start < c.start and s.end < c.end for s in reaching):
            continue
        kept.append(c)
        if not c.needs_context:
            reaching.append(c)
    return kept


def _short_candidates(
    piece: str, start: int, codes: tuple[str, ...], *, is_everyday: bool
) -> Iterable[_Candidate]:
    levels = {code: divisions().get(code).level for code in codes}
    above = tuple(code for code in codes if levels[code] != "county")
    counties = tuple(code for code in codes if levels[code] == "county")
    if above:
        rank = 1 if any(levels[code] == "province" for code in above) else 2
        yield _Candidate(piece, start, above, rank, needs_context=is_everyday)
    if counties:
        is_unclear = is_everyday or len(counties) > 1 or bool(above)
        yield _Candidate(piece, start, counties, 3, needs_context=is_unclear)


def _inside(candidate: _Candidate, context: Set[str | None]) -> tuple[str, ...]:
    """The meanings of a name that lie in what else is named, or where the person is."""
    return tuple(c for c in candidate.codes if context & set(divisions().ladder(c)[1:-1]))


def _merge(mentions: list[PlaceMention]) -> list[PlaceMention]:
    """Join 山东省 + 济宁市 + 任城区 into the most exact place."""
    merged: list[PlaceMention] = []
    for mention in mentions:
        last = merged[-1] if merged else None
        joins = (
            last is not None
            and len(last.codes) == 1 == len(mention.codes)
            and last.codes[0] in divisions().ladder(mention.codes[0])
            and last.start + len(last.text) == mention.start
        )
        if joins and last is not None:
            merged[-1] = PlaceMention(last.text + mention.text, last.start, mention.codes)
        else:
            merged.append(mention)
    return merged


@dataclass(frozen=True)
class _Names:
    full: dict[str, tuple[str, ...]]
    short: dict[str, tuple[str, ...]]
    everyday: frozenset[str]
    at_the_head: frozenset[str]
    not_behind: dict[str, str]
    lengths: dict[str, tuple[int, ...]]  # of the names that begin with these two characters


@cache
def _names() -> _Names:
    full: defaultdict[str, list[Division]] = defaultdict(list)
    short: defaultdict[str, list[Division]] = defaultdict(list)
    for division in divisions():
        if division.code == NATION:
            continue
        full[division.name].append(division)
        bare = short_name(division.name)
        if bare != division.name:
            short[bare].append(division)
    words = read_yaml(files("knowledge.regions").joinpath("short_names.yaml").read_text("utf-8"))
    for nickname, code in words["nicknames"].items():
        short[nickname].append(divisions().get(code))
    for name, now in divisions().former_names:
        if divisions().get(now) not in full[name]:
            full[name].append(divisions().get(now))
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for name in (*full, *short):
        lengths[name[:2]].add(len(name))
    provinces = {short_name(d.name) for d in divisions() if d.level == "province"}
    return _Names(
        full={name: tuple(d.code for d in found) for name, found in full.items()},
        short={name: _most_general(found) for name, found in short.items()},
        everyday=frozenset(words["everyday_words"].split()) - provinces,
        at_the_head=frozenset(words["cities_at_the_head"].split()),
        not_behind=words["not_behind"],
        lengths={beginning: tuple(sorted(found)) for beginning, found in lengths.items()},
    )


def _most_general(found: list[Division]) -> tuple[str, ...]:
    """Provinces and cities before counties; all of one rank when they differ only in place."""
    order = ("province", "city", "county")
    best = min(order.index(division.level) for division in found)
    if best < 2:
        return tuple(d.code for d in found if order.index(d.level) == best) + tuple(
            d.code for d in found if d.level == "county"
        )
    return tuple(d.code for d in found)
