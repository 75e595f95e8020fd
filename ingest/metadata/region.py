"""Where a document holds, told by who issued it."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.metadata.words import pattern, words
from knowledge.documents import NATION
from knowledge.regions.divisions import divisions
from knowledge.understanding.places import find_places

_CLEAR_SHARE = 0.7


def guess_region(
    *, issuers: Sequence[str], number: str | None, title: str, beginning: str
) -> str | None:
    """The adcode of the place; None when nothing names a single one.

    The issuing body counts most, then the title, the number's first character (a province
    only), at last the one place that the beginning of the text names most.
    """
    province = _of_number(number)
    for issuer in issuers:
        if code := _of_body(issuer, within=province):
            return code
    return (
        _single(title, within=province)
        or province
        or (_most_named(beginning) if not issuers else None)
    )


def is_national_body(name: str) -> bool:
    """Whether a body issues for the whole country."""
    return bool(pattern("national_bodies").match(name))


def _of_body(name: str, *, within: str | None) -> str | None:
    if is_national_body(name):
        return NATION
    return _single(name, within=within)


def _single(text: str, *, within: str | None) -> str | None:
    places = find_places(text, within=None if within == NATION else within)
    codes = {place.codes for place in places}
    if len(codes) != 1:
        # 济宁市任城区: the wider place may be named again beside the narrower one.
        codes = {code for code in codes if not _covers_another(code, codes)}
    chosen = next(iter(codes)) if len(codes) == 1 else ()
    return chosen[0] if len(chosen) == 1 else None


def _covers_another(codes: tuple[str, ...], others: set[tuple[str, ...]]) -> bool:
    return len(codes) == 1 and any(
        len(other) == 1 and other != codes and codes[0] in divisions().ladder(other[0])
        for other in others
    )


def _of_number(number: str | None) -> str | None:
    if number is None:
        return None
    prefix = re.split("〔", number)[0]
    for code, starts in words()["number_prefixes"].items():
        if code == NATION:
            if prefix in starts.split():
                return NATION
        elif prefix.startswith(tuple(starts.split())):
            # 新农发, 青农发: a character may also abbreviate a city or a word.
            return str(code) if prefix[0] not in "新青宁吉云内" or len(prefix) > 3 else None
    return None


def _most_named(text: str) -> str | None:
    """The place of most mentions, those of places inside it or around it included."""
    counts: Counter[str] = Counter()
    for place in find_places(text):
        if len(place.codes) == 1:
            counts[place.codes[0]] += 1
    if not counts:
        return None
    code, times = counts.most_common(1)[0]
    kin = sum(
        count
        for other, count in counts.items()
        if other in divisions().ladder(code) or code in divisions().ladder(other)
    )
    return code if times >= 2 and kin >= _CLEAR_SHARE * counts.total() else None
