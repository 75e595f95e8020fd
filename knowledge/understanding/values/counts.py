"""Counts of persons and times as people say them: 仨, 十来个, 二十多号, 七八个, 一百零几."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR

from knowledge.understanding.values.numbers import Number, read_number
from knowledge.understanding.values.numerals import fold

# More than any firm employs.
MOST_PERSONS = 10**7

_ORDER = re.compile(r"^[第头](?=[0-9一二两三四五六七八九十])")
_COUNTED = re.compile(
    r"(?<=.)(?:个|位|名|号|口子|口|人|次|回|遍|趟|笔|家|户|周?岁)+"
    r"(?=(?:左右|上下|出头|挂零|开外|不到|多)?$)"
)
_LISTED = re.compile(r"(.+?)个(.+)")


@dataclass(frozen=True, slots=True)
class Count:
    """Whole persons, times or years of age, from ``low`` to ``high``.

    ``about`` where the limits are only estimated.
    """

    low: int
    high: int
    about: bool = False


def read_count(text: str) -> Count | None:
    """The count that a short stretch says, up to :data:`MOST_PERSONS`; None without one.

    What is counted by halves or parts (5.5) is none; 第三 counts three.
    """
    said = _COUNTED.sub("", _ORDER.sub("", fold(text)))
    number = read_number(said) or _either(said)
    if number is None or number.high > MOST_PERSONS:
        return None
    # Only an estimate may lie between whole ones: 快25 is from 22.5.
    if not number.about and (number.low % 1 or number.high % 1):
        return None
    low = int(number.low.to_integral_value(ROUND_CEILING))
    high = int(number.high.to_integral_value(ROUND_FLOOR))
    return Count(low, high, number.about) if low <= high else None


def _either(said: str) -> Number | None:
    """三个五个, 十个八个."""
    match = _LISTED.fullmatch(said)
    if match is None:
        return None
    one, other = read_number(match[1]), read_number(match[2])
    if one is None or other is None or one.low % 1 or other.low % 1:  # 两个半
        return None
    return Number(min(one.low, other.low), max(one.high, other.high), about=True)
