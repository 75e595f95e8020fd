"""Mends where stretches end, by what is certain: a number belongs to the unit behind it.

The network tells roles character by character; where two numbers stand side by side (60万3年) it
now and then gives the first figure of the second to the first, or begins a time anew within it.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.understanding.labels import Role
from knowledge.understanding.model.message_model import Stretch

_NUMERAL = "0-9零一二两三四五六七八九十半几"
# A sum that is complete, and a number behind it.
_TWO_NUMBERS = re.compile(rf"(.+[万千亿元块])([{_NUMERAL}.]+)")
_UNIT = re.compile(r"个?(?:年|月|天|人|位|名|岁|厘|分利|个点|%)")


def mend(stretches: Sequence[Stretch], text: str) -> list[Stretch]:
    """The stretches, none of which holds a number that counts the unit behind it."""
    stretches = _joined(stretches)
    mended: list[Stretch] = []
    moved_from: int | None = None
    for stretch in stretches:
        start = stretch.start
        if moved_from is not None and mended[-1].end == moved_from and start > moved_from:
            start = moved_from
        moved_from = None
        end = stretch.end
        two = _TWO_NUMBERS.fullmatch(text[start:end])
        if two and _UNIT.match(text[end:]):
            end = moved_from = start + len(two[1])
        mended.append(replace(stretch, start=start, end=end))
    return mended


def _joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The stretches, a time that was cut in two whole again: 这|一年."""
    joined: list[Stretch] = []
    for stretch in stretches:
        last = joined[-1] if joined else None
        if last and last.end == stretch.start and last.role is stretch.role is Role.WHEN:
            joined[-1] = replace(last, end=stretch.end)
        else:
            joined.append(stretch)
    return joined
