"""What in a text may name a place, before it is decided which of it does."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

from knowledge.regions.divisions import divisions, lies_in
from knowledge.understanding.places.table import NameTable, most_general, name_table, read_data

# What a place may follow directly: 我在…, 济南和…; what may follow it: …这边, …户口.
_BEFORE = r"\W\da-zA-Z在到去从是我们俺咱和跟比住回来离往于的这那可喺系"
_HEAD = re.compile(f"[{_BEFORE}]")
_CUES = re.compile(r"[这那][边儿里]|本地|当地|一带|附近|人社|户口|窗口|县城|市区|街上|老家")
# What a county of two characters may: it is too short to be known behind others (贴息县级财政).
_LEFT = re.compile(f"[{_BEFORE}年月日中共及或让属省市州盟区镇]")
# 长安镇 is a town of other places.
_TOWN = re.compile(r"镇(?![上里])|乡(?![村镇])|街道|村|社区")
# 昆山县: what somebody who knows a county by its name alone may take it for.
_MISTAKEN = re.compile(r"[县市区旗](?![级域间分])")


class Kind(IntEnum):
    """How a place is named, surest first."""

    FULL = 0
    PROVINCE = 1
    CITY = 2
    COUNTY = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch of a text that may name a place.

    ``codes`` are what it means where nothing else tells; ``also`` counts beside what it lies in.
    Without codes it is another thing, called after a place. What ``needs_context`` counts only
    beside what it lies in, what is ``yielding`` only where no other place is known; what is
    ``loose`` does not tell where a name begins; ``ahead``: the words around make a place likely.
    """

    text: str
    start: int
    kind: Kind
    codes: tuple[str, ...]
    also: tuple[str, ...] = ()
    needs_context: bool = False
    yielding: bool = False
    loose: bool = False
    ahead: bool = False

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.text)

    @property
    def all_codes(self) -> tuple[str, ...]:
        """All that it may mean."""
        return (*self.codes, *self.also)


def find_candidates(text: str) -> list[Candidate]:
    """Candidates of a folded text by where they start, overlapping."""
    table, found = name_table(), list[Candidate]()
    ending: defaultdict[int, set[str]] = defaultdict(set)  # what was named up to here
    for start in range(len(text) - 1):
        names = list(table.starting_at(text, start))
        before = ending.pop(start, set())
        is_ahead = not start or bool(before) or bool(_HEAD.match(text, start - 1))
        for name in names:
            is_inside = bool(before) and lies_in(table.codes(name), before)
            if not is_inside and _is_in_a_word(table, name, text, start):
                continue
            # 大石桥 is no bridge called after 大石.
            if name == names[-1] and (thing := _thing(table, name, text, start)):
                found.append(thing)
                continue
            yields = _yields(table, name, text, start)
            tells = is_ahead or bool(_CUES.match(text, start + len(name)))
            read = list(_full(table, name, text, start, is_ahead=is_ahead))
            if name in table.short:
                read.append(_short(table, name, text, start, tells=tells and not yields))
            found += [replace(c, yielding=True) for c in read] if yields else read
            for candidate in read:
                ending[candidate.end].update(candidate.codes)
    return found


def _is_in_a_word(table: NameTable, name: str, text: str, start: int) -> bool:
    """Whether the characters around a name make another word of it: 反担保定额, 大理石, 和平镇."""
    end = start + len(name)
    before, after = text[max(start - 1, 0) : start], text[end : end + 1]
    if after == "场" and name.endswith("市"):  # 温州市场
        return True
    return bool(
        (before and before in table.not_behind.get(name, ""))
        or (after and after in table.not_before.get(name, ""))
        or (name in table.everyday and name in table.short and _TOWN.match(text, end))
    )


def _thing(table: NameTable, name: str, text: str, start: int) -> Candidate | None:
    """The longer name that a place's name begins: 上海城, 南京西路, 兰州拉面."""
    found = _things()[0].match(text, start + len(name)) if name in table.short else None
    if found is None or _goes_on_inside(table, name, text, start):
        return None
    return Candidate(text[start : found.end()], start, _kind(table.codes(name)), ())


def _yields(table: NameTable, name: str, text: str, start: int) -> bool:
    """Whether it may be called after a place that lies elsewhere: 北京银行."""
    found = _things()[1].match(text, start + len(name))
    return found is not None and not _goes_on_inside(table, name, text, start)


def _goes_on_inside(table: NameTable, name: str, text: str, start: int) -> bool:
    """Whether a place in the place is named next: 路北区 in 唐山路北区, 城固 in 汉中城固."""
    next_names = table.starting_at(text, start + len(name))
    return any(lies_in(table.codes(inner), table.codes(name)) for inner in next_names)


def _full(
    table: NameTable, name: str, text: str, start: int, *, is_ahead: bool
) -> Iterator[Candidate]:
    named = table.full.get(name)
    if named is None:
        return
    codes = named.codes or named.once
    also = named.once if named.codes else ()
    is_word = name in table.everyday and name != text  # 城区
    if len(name) > 2:
        yield Candidate(name, start, Kind.FULL, codes, also)
    elif is_word or is_ahead or _LEFT.match(text, start - 1):
        yield Candidate(name, start, Kind.COUNTY, codes, also, needs_context=is_word, loose=True)


def _short(table: NameTable, name: str, text: str, start: int, *, tells: bool) -> Candidate:
    """A short name; ``tells`` says that a place is likely to stand there."""
    meant = table.short[name]
    if name not in table.everyday or (tells and name in table.cities_ahead):
        codes = most_general(meant)
        kind = _kind(codes)
        if kind is Kind.COUNTY and len(codes) == 1:
            name += _mistaken(table, name, text, start)
        is_unclear = kind is Kind.COUNTY and len(codes) > 1
        also = tuple(code for code in meant if code not in codes)
        needs = is_unclear and not tells
        return Candidate(
            name, start, kind, codes, also, needs_context=needs, loose=is_unclear, ahead=tells
        )
    if tells and name in table.counties_ahead:
        return Candidate(name, start, Kind.COUNTY, meant, loose=True)
    return Candidate(name, start, _kind(meant), meant, needs_context=True, loose=True, ahead=tells)


def _mistaken(table: NameTable, name: str, text: str, start: int) -> str:
    """A kind that the division is not of but is given: 县 in 昆山县."""
    found = _MISTAKEN.match(text, start + len(name))
    return found[0] if found and name + found[0] not in table.full else ""


def _kind(codes: tuple[str, ...]) -> Kind:
    match divisions().get(codes[0]).level:  # the most general is first
        case "province":
            return Kind.PROVINCE
        case "city":
            return Kind.CITY
    return Kind.COUNTY


@cache
def _things() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What makes of a place's name another one: anywhere, and where the place yields."""
    rows = read_data("named_after.yaml")
    streets, anywhere, yielding = (
        _alternatives(rows[kind]) for kind in ("streets", "anywhere", "yielding")
    )
    return re.compile(f"{rows['of_streets']}(?:{streets})|{anywhere}"), re.compile(yielding)


def _alternatives(words: str) -> str:
    return "|".join(word.replace("(", "(?!") for word in words.split())
