"""Points of time as people say them, from the day of speaking: 18年底, 去年3月, 三年前, 八几年."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from knowledge.kit.wire import FIRST_YEAR, LAST_YEAR
from knowledge.understanding.values.days import Days, ago, back
from knowledge.understanding.values.named_days import named_days
from knowledge.understanding.values.numerals import fold
from knowledge.understanding.values.spans import read_duration
from knowledge.understanding.values.spreads import Hedge
from knowledge.understanding.values.years import year_of

# Days that have gone by at most.
_LATELY = {
    "刚": 30, "刚刚": 30, "刚才": 1, "最近": 90, "近期": 90, "近来": 90, "前不久": 90, "不久前": 90,
    "前阵子": 90, "前一阵": 90, "前段时间": 90, "这阵子": 90, "这段时间": 90,
}  # fmt: skip
_ALIKE = {"星期": "周", "礼拜": "周", "前后": "左右"}
_BEFORE = re.compile(r"(.+?)(以前|之前|前)")
_A_FEW_AGO = re.compile(r"[前早头]([几些两])(.+)")
_SINCE = re.compile(r"(?:自从|自|从|打)?(.+?)(?:以来|以后|之后|后|开始|起|至今|到现在|到今天)")
_THESE = re.compile(r"(?:最近这|最近|近|这|过去)(.+?)(?:以?来|[里内])?|(.+?)以?来")
_BETWEEN = re.compile(r"([^-~到至]+)[-~到至]([^-~到至]+)")
_SHORT_YEAR = re.compile(r"([0-9]{2}|[零一二三四五六七八九]{2})年?")
_FIGURES = frozenset("0123456789零一二三四五六七八九十")
_THEN = re.compile(r"的?(?:时候|那会儿?|那阵子?|那时候?)$")
_LONGEST_AGO = 40  # years; 98年前 is before 1998


class Meaning(StrEnum):
    """How the limits of a period are meant."""

    EXACT = "exact"
    ABOUT = "about"  # somewhere within, and perhaps a little outside
    BEFORE = "before"  # any time up to the last day
    SINCE = "since"  # from the first day on


@dataclass(frozen=True, slots=True)
class Period:
    """First and last day of the time asked about."""

    first: date
    last: date
    meaning: Meaning = Meaning.EXACT

    @property
    def is_one_day(self) -> bool:
        """Whether it is a single day."""
        return self.first == self.last

    def spoken(self) -> str:
        """The period as a Chinese reader says it."""
        if self.meaning is Meaning.BEFORE:
            return f"{_spoken(self.last, 3)}以前"
        if self.meaning is Meaning.SINCE:
            return f"{_spoken(self.first, 3)}以来"
        day_after = self.last + timedelta(days=1)
        parts = 3
        if self.first.day == day_after.day == 1:
            parts = 1 if self.first.month == day_after.month == 1 else 2
        told, last = _spoken(self.first, parts), _spoken(self.last, parts)
        if told != last:
            is_same_year = self.first.year == self.last.year
            told += f"至{last.removeprefix(f'{self.last.year}年') if is_same_year else last}"
        return f"{told}前后" if self.meaning is Meaning.ABOUT else told


def read_time(text: str, today: date) -> Period | None:
    """The time that a short stretch says; None where it says none that a calendar has.

    Of a part of the year without a year (5月, 下半年) the latest that has begun; up to today
    where it goes on until now. 18年 is 2018 and 18年前 eighteen years ago, while 18年以前 is
    before 2018. Events (疫情那会儿) are no times: who speaks may mean any of several years.
    """
    said = fold(text)
    for word, alike in _ALIKE.items():
        said = said.replace(word, alike)
    said = _THEN.sub("", said)
    try:
        period = _read(said, today)
    except (ValueError, OverflowError):  # 2月30号, or out of the calendar
        return None
    if period is None or not date(FIRST_YEAR, 1, 1) <= period.first <= period.last:
        return None
    return period if period.last.year <= LAST_YEAR else None


def _read(said: str, today: date) -> Period | None:
    if said in _LATELY:
        return Period(today - timedelta(days=_LATELY[said]), today, Meaning.ABOUT)
    return (
        _spanned(said, today)
        or _before(said, today)
        or _since(said, today)
        or _hedged(said, today)
        or _between(said, today)
        or _period(named_days(said, today))
    )


def _spanned(said: str, today: date) -> Period | None:
    """Times that a span tells: 前几年, 近三年, 半年以来."""
    if few := _A_FEW_AGO.fullmatch(said):
        duration = read_duration(("一两" if few[1] == "两" else "几") + few[2])
        return _period(ago(duration, today)) if duration else None
    if these := _THESE.fullmatch(said):
        duration = read_duration(these[1] or these[2])
        return Period(back(today, duration.high), today, Meaning.SINCE) if duration else None
    return None


def _before(said: str, today: date) -> Period | None:
    match = _BEFORE.fullmatch(said)
    if match is None:
        return None
    inner, word = match[1], match[2]
    short = _SHORT_YEAR.fullmatch(inner)
    is_year = short is not None and (
        word != "前" or inner[0] in "0零" or (inner[0].isascii() and int(short[1]) > _LONGEST_AGO)
    )
    duration = None if is_year and year_of(inner, today) else read_duration(inner)
    if duration is not None:
        return _period(ago(duration, today))
    limit = _read(inner, today)
    if limit is None:
        return None
    # By the end of a year is within it, before a year is not.
    last = limit.last if inner[-1] in "底末尾终" else limit.first - timedelta(days=1)
    return Period(date(FIRST_YEAR, 1, 1), last, Meaning.BEFORE)


def _since(said: str, today: date) -> Period | None:
    match = _SINCE.fullmatch(said)
    start = _read(match[1], today) if match else None
    if start is None:
        return None
    last = today if start.first <= today else start.last
    return Period(start.first, last, Meaning.SINCE)


def _hedged(said: str, today: date) -> Period | None:
    hedge = Hedge.of(said)
    period = _read(hedge[1], today) if hedge and hedge[0] is Hedge.ABOUT else None
    return replace(period, meaning=Meaning.ABOUT) if period else None


def _between(said: str, today: date) -> Period | None:
    ends = _BETWEEN.fullmatch(said)
    if ends is None:
        return None
    # The unit may stand at the end alone: 18到20年, 去年1-6月.
    unit = ends[2][-1] if ends[1][-1] in _FIGURES and ends[2][-1] in "年月号日" else ""
    start = named_days(ends[1] + unit, today)
    end = named_days(ends[2], today, year=start.first.year) if start else None
    if start is None or end is None or end.last < start.first:
        return None
    return _period(Days(start.first, end.last, start.loose or end.loose))


def _period(days: Days | None) -> Period | None:
    if days is None:
        return None
    return Period(days.first, days.last, Meaning.ABOUT if days.loose else Meaning.EXACT)


def _spoken(day: date, parts: int) -> str:
    """The day, or its month of two ``parts``, or its year of one."""
    return "".join((f"{day.year}年", f"{day.month}月", f"{day.day}日")[:parts])
