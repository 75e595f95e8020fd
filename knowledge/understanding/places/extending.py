"""Adds to places the zones and towns that belong to them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from knowledge.regions.divisions import divisions, lies_in
from knowledge.understanding.places.mentions import PlaceMention
from knowledge.understanding.places.tails import tail_at, zone_alone, zones_named


def with_zones_and_towns(
    text: str, mentions: Sequence[PlaceMention], within: str | None
) -> list[PlaceMention]:
    """Places with the zone or town named right behind, and zones that are named alone."""
    ends = [mention.start for mention in mentions[1:]] + [len(text)]
    longer = [_extended(text, m, end) for m, end in zip(mentions, ends, strict=False)]
    alone = _zones_alone(text, longer, within)
    return sorted([*longer, *alone], key=lambda mention: mention.start)


def _extended(text: str, mention: PlaceMention, end: int) -> PlaceMention:
    if len(mention.codes) != 1 or not has_zones(mention.codes[0]):
        return mention
    tail = tail_at(text, mention.end, end)
    return replace(mention, text=mention.text + tail, tail=tail)


def _zones_alone(
    text: str, mentions: Sequence[PlaceMention], within: str | None
) -> Iterator[PlaceMention]:
    """高新区 is of the city that is named before it or known; alone it may be of many."""
    owner, ahead = _owner(within), list(reversed(mentions))
    end = 0
    for found in zone_alone().finditer(text):
        while ahead and ahead[-1].start < found.end():
            mention = ahead.pop()
            owner = (_owner(mention.codes[0]) if len(mention.codes) == 1 else None) or owner
            end = mention.end
        if found.start() < end:
            continue
        codes = (owner,) if owner else () if mentions else _zones(found[0], within)
        if codes:
            yield PlaceMention(found[0], found.start(), codes, found[0])


@lru_cache(maxsize=1000)
def _zones(name: str, within: str | None) -> tuple[str, ...]:
    codes = zones_named(name)
    return tuple(code for code in codes if lies_in([code], [within or ""])) or codes


def _owner(code: str | None) -> str | None:
    """The city or county whose zones somebody there speaks of: for a district its city."""
    if code is None or not has_zones(code):
        return None
    division = divisions().get(code)
    above = divisions().get(divisions().ladder(division.code)[1])
    return above.code if division.name.endswith("区") and above.is_city else division.code


def has_zones(code: str) -> bool:
    """Whether zones and towns belong to a division: to cities and counties they do."""
    division = divisions().get(code)
    return division.level == "county" or division.is_city
