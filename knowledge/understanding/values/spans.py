"""Spans of time as people say them, in months: 三年, 两个半月, 大半年, 36期, 一年零两个月."""

import re
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from knowledge.understanding.values.numbers import read_number
from knowledge.understanding.values.numerals import fold
from knowledge.understanding.values.spreads import MOSTLY, Hedge, Spread

# A hundred years: longer than anything a person asks about has lasted.
MOST_MONTHS = 1200
# Banks reckon a month at 30 days; of a week five days are worked.
_DAY = Decimal(1) / 30
_MONTHS = {
    "年": Decimal(12), "季度": Decimal(3), "月": Decimal(1), "期": Decimal(1), "周": 7 * _DAY,
    "工作日": _DAY * 7 / 5, "天": _DAY, "日": _DAY, "小时": _DAY / 24, "分钟": _DAY / 24 / 60,
}  # fmt: skip
_HALF = Decimal("0.5")
# A ten-thousandth of a month is four minutes.
_EXACTNESS = Decimal("0.0001")

_ALIKE = {
    "星期": "周", "礼拜": "周", "周年": "年", "年头": "年", "月份": "月", "钟头": "小时",
    "载": "年", "半拉": "半", "整": "", "不满": "不到", "未满": "不到",
    "满": "", "出头": "多", "挂零": "多", "有余": "多",
}  # fmt: skip
_UNIT = "|".join(sorted(_MONTHS, key=len, reverse=True))
_PART = re.compile(
    rf"(?P<joined>[零又加]?)(?P<figure>[^年月周天日期季]*?)(?P<counted>个?)(?P<half>半?)"
    rf"(?P<some>[多来把几]?)(?P<unit>{_UNIT})(?P<half_behind>半(?![年个月周天])|)(?P<more>[多把]?)"
)
_TERM = re.compile(r"(?<=[年月日天])期$")
_TO = re.compile(rf"(.*(?:{_UNIT})半?)(?:[-~]{{1,2}}|到|至)(.+)")
# 三月 is March; what counts months is 三个月, 俩月 or 一年零三月.
_OF_THE_CALENDAR = re.compile(r"[1-9]|1[0-2]|[一二三四五六七八九十]|十[一二]")


@dataclass(frozen=True, slots=True)
class Duration(Spread):
    """A span of time in months of 30 days, to a ten-thousandth."""


def read_duration(text: str) -> Duration | None:
    """The span that a short stretch says, up to :data:`MOST_MONTHS`; None without one.

    A month of the calendar (5月) is none; 22年 is one, though it may mean a year: which of the
    two a stretch holds, its role tells.
    """
    said = fold(text)
    for word, alike in _ALIKE.items():
        said = said.replace(word, alike)
    span = _read(_TERM.sub("", said.removesuffix("了")))
    if span is None or not 0 < span.high <= MOST_MONTHS:
        return None
    low, high = (end.quantize(_EXACTNESS) for end in (span.low, span.high))
    return Duration(low, high, span.about)


def _read(said: str) -> Spread | None:
    if mostly := MOSTLY.get(said[:2]):
        unit = _MONTHS.get(said[2:].removeprefix("个"))
        return Spread(mostly[0] * unit, mostly[1] * unit, about=True) if unit else None
    if ends := _TO.fullmatch(said):
        start, end = _read(ends[1]), _read(ends[2])
        if start is None or end is None or start.low > end.high:
            return None
        return Spread(start.low, end.high, start.about or end.about)
    return _together(said) or _hedged(said)


def _hedged(said: str) -> Spread | None:
    found = Hedge.of(said)
    span = _read(found[1]) if found else None
    if found is None or span is None:
        return None
    return Spread(*found[0].applied(span.low, span.high, Decimal(1)), about=True)


def _together(said: str) -> Spread | None:
    """The sum of the parts where each is of a smaller unit: 一年零两个月.

    Else they are limits: 十天半个月, 一年半载.
    """
    parts, sizes, start = [], [], 0
    while start < len(said):
        match = _PART.match(said, start)
        part = _part(match) if match else None
        if match is None or part is None:
            return None
        parts.append(part)
        sizes.append(_MONTHS[match["unit"]])
        start = match.end()
    if not parts:
        return None
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    if all(one > other for one, other in pairwise(sizes)):
        return Spread(sum(lows, Decimal(0)), sum(highs, Decimal(0)), any(p.about for p in parts))
    return Spread(min(lows), max(highs), about=True)


def _part(match: re.Match[str]) -> Spread | None:
    """One figure with its unit, in months."""
    figure, some = match["figure"], match["some"]
    is_counted = match["joined"] or match["counted"] or match["half"] or some
    if match["unit"] in ("月", "季度") and not is_counted and _OF_THE_CALENDAR.fullmatch(figure):
        return None
    has_half = bool(match["half"] or match["half_behind"])
    number = _figure(match)
    if number is None:
        return None
    half = _HALF if has_half else Decimal(0)
    low, high = number.low + half, number.high + half
    # 三年多 ends before the fourth, 半年多 before the whole.
    has_more = match["more"] == "多" or (some == "多" and (match["counted"] or match["half"]))
    if has_more:
        high += 1 if low == int(low) else _HALF
    unit = _MONTHS[match["unit"]]
    return Spread(low * unit, high * unit, number.about or bool(has_more))


def _figure(match: re.Match[str]) -> Spread | None:
    figure, some = match["figure"], match["some"]
    if match["more"] == "把" and not (figure or some):
        return Spread(Decimal(1), Decimal(1), about=True)  # 年把
    if not figure and match["half"] and not match["counted"]:
        return Spread(Decimal(0), Decimal(0))  # the half is all: 半年
    if match["counted"]:
        some = "" if some == "多" else some
        figure = figure or ("个" if some == "把" else "")
    return read_number(figure + some)
