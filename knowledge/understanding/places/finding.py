"""Finds the places of China that a sentence names."""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.kit.texts import without_radicals
from knowledge.regions.divisions import divisions
from knowledge.understanding.normaliser import to_simplified
from knowledge.understanding.places.candidates import find_candidates
from knowledge.understanding.places.choosing import choose
from knowledge.understanding.places.context import Context
from knowledge.understanding.places.extending import with_zones_and_towns
from knowledge.understanding.places.mentions import PlaceMention


def find_places(text: str, *, within: str | None = None) -> list[PlaceMention]:
    """Places named in ``text``, the most exact reading of each, in order.

    ``within`` is a region known from the context; it settles ambiguous names. The text may be
    in traditional characters; mentions are as it is written.
    """
    plain = _folded(text)
    region = within if within in divisions() else None
    mentions = choose(plain, find_candidates(plain), Context(region))
    merged = _merged(with_zones_and_towns(plain, mentions, region))
    return [
        replace(m, text=text[m.start : m.end], tail=text[m.end - len(m.tail) : m.end])
        for m in merged
    ]


def bare_place(text: str) -> str | None:
    """The adcode when a message is hardly more than the name of one place: 我在嘉祥."""
    places = find_places(text)
    if len(places) != 1 or len(places[0].codes) != 1:
        return None
    rest = text.replace(places[0].text, "", 1).strip(" 。，,.!！在是我俺就呢吧的那边这里县市区人")
    return places[0].codes[0] if len(rest) < 2 else None


def without_places(text: str, places: Sequence[PlaceMention]) -> str:
    """A text without the places it names; all of it, if it names nothing else."""
    starts = [0, *(place.end for place in places)]
    ends = [*(place.start for place in places), len(text)]
    rest = "".join(text[start:end] for start, end in zip(starts, ends, strict=True))
    return rest if re.search(r"\w", rest) else text


def _folded(text: str) -> str:
    """The text in simplified characters without radicals, as long as it was."""
    plain = without_radicals(text)
    if len(simple := to_simplified(plain)) == len(text):
        return simple
    singly = ((character, to_simplified(character)) for character in plain)
    return "".join(new if len(new) == 1 else old for old, new in singly)


def _merged(mentions: Sequence[PlaceMention]) -> list[PlaceMention]:
    """Join 山东省 + 济宁市 + 任城区 into the most exact place."""
    merged: list[PlaceMention] = []
    for mention in mentions:
        last = merged[-1] if merged else None
        joins = (
            last is not None
            and len(last.codes) == 1 == len(mention.codes)
            and last.codes[0] in divisions().ladder(mention.codes[0])
            and last.end == mention.start
        )
        if joins and last is not None:
            merged[-1] = replace(mention, text=last.text + mention.text, start=last.start)
        else:
            merged.append(mention)
    return merged
