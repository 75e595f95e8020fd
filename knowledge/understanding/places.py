"""Finds places of China in a sentence.

Full names always count. Short names count for provinces and cities (济宁, 江西); a
county's short name counts only inside a place already named, because many are
everyday words (合作, 兴业, 平安).
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from knowledge.documents import NATION
from knowledge.errors import UnknownRegionError
from knowledge.kit.yaml import read_yaml
from knowledge.regions.divisions import Division, divisions

_ETHNIC = re.compile(
    r"(?:壮族|回族|维吾尔|藏族|羌族|彝族|苗族|侗族|布依族|哈尼族|傣族|景颇族|白族|傈僳族|土家族|"
    r"蒙古族|蒙古|哈萨克|柯尔克孜|朝鲜族|黎族|瑶族|畲族|满族|达斡尔族|土族|撒拉族|东乡族|保安族|"
    r"裕固族|仫佬族|毛南族|纳西族|拉祜族|佤族|独龙族|怒族|普米族|锡伯族|塔吉克|仡佬族|水族|各族)+"
)
# 北京路, 太白楼路: a street is not the place it is named after.
_STREET = re.compile(r"[东西南北中]?(?:路|街|巷|大道|大街|楼|桥)")
_SUFFIX = re.compile(
    r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|省|市|盟|区|县|旗)$"
)


CHAIN = -1  # the surest reading


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text; several codes when the name is ambiguous."""

    text: str
    start: int
    codes: tuple[str, ...]


def short_name(name: str) -> str:
    """The everyday form of a division's name: 广西壮族自治区 → 广西."""
    bare = _SUFFIX.sub("", name)
    if name.endswith(("自治区", "自治州", "自治县", "自治旗")):
        bare = _ETHNIC.sub("", bare) or bare
    return bare if len(bare) >= 2 else name


def find_places(text: str, *, within: str | None = None) -> list[PlaceMention]:
    """Places named in ``text``, the most exact reading of each, in order.

    ``within`` is a region known from the context; it settles ambiguous names.
    """
    named = list(_candidates(text))
    candidates = sorted([*named, *_chains(named)], key=lambda c: (c.rank, -len(c.text), c.start))
    taken = [False] * len(text)
    chosen: list[_Candidate] = []
    for candidate in candidates:
        span = range(candidate.start, candidate.start + len(candidate.text))
        context = [code for other in chosen for code in other.codes] + ([within] if within else [])
        inside = tuple(c for c in candidate.codes if _lies_in(c, context))
        if any(taken[i] for i in span) or (candidate.needs_context and not inside):
            continue
        for i in span:
            taken[i] = True
        chosen.append(replace(candidate, codes=inside or candidate.codes))
    ordered = sorted(chosen, key=lambda candidate: candidate.start)
    return _merge([PlaceMention(c.text, c.start, c.codes) for c in ordered])


def resolve_region(name: str) -> str:
    """The adcode of a region given by name or code.

    Raises:
        UnknownRegionError: it names no place, or several.
    """
    name = name.strip()
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


def _candidates(text: str) -> Iterable[_Candidate]:
    names = _names()
    for start in range(len(text) - 1):
        for length in range(2, min(names.longest, len(text) - start) + 1):
            piece = text[start : start + length]
            if codes := names.full.get(piece):
                yield _Candidate(piece, start, codes, 0, needs_context=False)
            elif codes := names.short.get(piece):
                named_after = _STREET.match(text, start + length)
                if named_after or (start and text[start - 1] in names.not_behind.get(piece, "")):
                    continue
                yield from _short_candidates(piece, start, codes, names.everyday)


def _chains(named: list["_Candidate"]) -> Iterable["_Candidate"]:
    """Two names in a row, the second inside the first: 凉山西昌 is no 山西."""
    behind: defaultdict[int, list[_Candidate]] = defaultdict(list)
    for candidate in named:
        behind[candidate.start].append(candidate)
    for first in named:
        for second in behind[first.start + len(first.text)]:
            inside = tuple(code for code in second.codes if _lies_in(code, first.codes))
            if inside and not first.needs_context:
                yield _Candidate(
                    first.text + second.text, first.start, inside, CHAIN, needs_context=False
                )


def _short_candidates(
    piece: str, start: int, codes: tuple[str, ...], everyday: frozenset[str]
) -> Iterable[_Candidate]:
    levels = {code: divisions().get(code).level for code in codes}
    above = tuple(code for code in codes if levels[code] != "county")
    counties = tuple(code for code in codes if levels[code] == "county")
    if above:
        rank = 1 if any(levels[code] == "province" for code in above) else 2
        yield _Candidate(piece, start, above, rank, needs_context=piece in everyday)
    if counties:
        everyday_word = piece in everyday or len(counties) > 1
        yield _Candidate(piece, start, counties, 3, needs_context=everyday_word or bool(above))


def _lies_in(code: str, contexts: Iterable[str]) -> bool:
    return any(context in divisions().ladder(code)[1:-1] for context in contexts)


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
    not_behind: dict[str, str]
    longest: int


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
    for name, now in divisions().former_names:
        if divisions().get(now) not in full[name]:
            full[name].append(divisions().get(now))
    provinces = {short_name(d.name) for d in divisions() if d.level == "province"}
    words = read_yaml(files("knowledge.regions").joinpath("short_names.yaml").read_text("utf-8"))
    return _Names(
        full={name: tuple(d.code for d in found) for name, found in full.items()},
        short={name: _most_general(found) for name, found in short.items()},
        everyday=frozenset(words["everyday_words"].split()) - provinces,
        not_behind=words["not_behind"],
        longest=max(map(len, full)),
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
