"""Parts of a whole as people say them: 3.45%, 百分之三, 三个点, 三分之一, 两成, 七折, 一半."""

import re
from collections.abc import Callable
from decimal import Decimal

from knowledge.understanding.values.numbers import Number, read_number
from knowledge.understanding.values.numerals import DIGITS, exact
from knowledge.understanding.values.spreads import MOSTLY, Hedge

# A ten-thousandth of a percent is finer than any share or rate is told.
_EXACTNESS = Decimal("0.0001")
_SIGNS = {"%": Decimal(1), "‰": Decimal("0.1"), "‱": Decimal("0.01")}
_SIGNED = re.compile(r"(.+?)([%‰‱])")
_IN_POINTS = re.compile(r"(.+?)(?:个?百分点|个(?P<some>[多来]?)点)")
_PARTS_OF = re.compile(r"(.+?)分之(.+)")
_SAID_TWICE = re.compile(r"%(?=[-~到至])|(?<=[-~到至])[百千]分之")

_WORDS = {
    "一半": 50, "半": 50, "半数": 50, "对半": 50, "对折": 50, "五五开": 50, "全额": 100,
    "全部": 100, "全": 100, "百分百": 100, "百分之百": 100,
}  # fmt: skip
_TENTHS = re.compile(r"(.+?)成([零一二三四五六七八九0-9]|半|)(多?)")
_DISCOUNT = re.compile(r"打?(.+?)折")
_FRACTION = re.compile(r"([0-9]{1,3})/([0-9]{1,3})")


def percent_of(text: str) -> Number | None:
    """The percentage that a folded text says with its sign or in words; None of a bare number."""
    said = _SAID_TWICE.sub("", text)
    if signed := _SIGNED.fullmatch(said):
        figure, factor = signed[1], _SIGNS[signed[2]]
    elif points := _IN_POINTS.fullmatch(said):
        figure, factor = points[1] + (points["some"] or ""), Decimal(1)
    elif parts := _PARTS_OF.fullmatch(said):
        whole = exact(parts[1])
        if whole is None or whole < 1:
            return None
        figure, factor = parts[2], 100 / whole
    else:
        return without_hedge(said, percent_of)
    number = read_number(figure)
    if number is None:
        return None
    low, high = ((end * factor).quantize(_EXACTNESS) for end in (number.low, number.high))
    return Number(low, high, number.about)


def without_hedge(text: str, read: Callable[[str], Number | None]) -> Number | None:
    """What ``read`` makes of a folded text without a word that loosens it: 三成左右, 不到一半."""
    found = Hedge.of(text)
    number = read(found[1]) if found else None
    if found is None or number is None:
        return None
    # More than 30 % stays below 40, more than 3 % below 4.
    step = Decimal(1 if number.high % 10 else 10)
    return Number(*found[0].applied(number.low, number.high, step), about=True)


def part_of(said: str) -> Number | None:
    """The part of a whole, in percent, that a folded text says in any way or as a bare number."""
    if said in _WORDS:
        return _one(_WORDS[said])
    if mostly := MOSTLY.get(said.removeprefix("一").replace("多半", "大半")):
        low, high = (end * 100 for end in mostly)
        return Number(low, high, about=True)
    if tenths := _TENTHS.fullmatch(said):
        return _of_tenths(tenths)
    if discount := _DISCOUNT.fullmatch(said):
        number = read_number(discount[1]) or _side_by_side(discount[1])
        return number.times(10) if number and number.high < 10 else number
    if fraction := _FRACTION.fullmatch(said):
        return percent_of(f"{fraction[2]}分之{fraction[1]}")
    return percent_of(said) or without_hedge(said, part_of) or read_number(said)


def _of_tenths(match: re.Match[str]) -> Number | None:
    """三成半 is 35 %, 八成多 more than 80."""
    number = read_number(match[1])
    if number is None:
        return None
    ones = exact("五" if match[2] == "半" else match[2] or "零") or Decimal(0)
    low, high = number.low * 10 + ones, number.high * 10 + ones
    return Number(low + 1, high + 9, about=True) if match[3] else Number(low, high, number.about)


def _side_by_side(digits: str) -> Number | None:
    """七五折: the digits of a discount without the unit between them."""
    if len(digits) != 2 or any(c not in DIGITS for c in digits):
        return None
    return _one(10 * DIGITS[digits[0]] + DIGITS[digits[1]])


def _one(value: int) -> Number:
    return Number(Decimal(value), Decimal(value))
