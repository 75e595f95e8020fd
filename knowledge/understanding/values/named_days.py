"""Days that have a name, by the calendar or from the day of speaking: 去年3月, 上个月底, 昨天."""

import re
from datetime import date, timedelta

from knowledge.understanding.values.days import Days
from knowledge.understanding.values.within_year import part_of_month, part_of_year
from knowledge.understanding.values.years import decade_of, year_of

_NOW = frozenset(("现在", "目前", "如今", "现今", "当前", "眼下", "当下"))
_DAYS = {
    "大前天": -3, "前天": -2, "昨天": -1, "昨日": -1, "今天": 0, "今日": 0, "明天": 1, "后天": 2,
    "前儿": -2, "昨儿": -1, "今儿": 0, "明儿": 1,
}  # fmt: skip
_STEPS = {"上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1}
_NEAR = re.compile(rf"({'|'.join(_STEPS)})个?([月周])份?(.*)")
_WEEKDAYS = {"": (0, 6), "末": (5, 6)} | {day: (n, n) for n, day in enumerate("一二三四五六日")}
_DOTTED = re.compile(r"((?:19|20)[0-9]{2})[-./]([0-9]{1,2})(?:[-./]([0-9]{1,2}))?")
_DAY_ALONE = re.compile(r"[0-9一二三四五六七八九十]{1,3}[号日]")


def named_days(text: str, today: date, year: int | None = None) -> Days | None:
    """The days that a folded text names.

    Args:
        text: the name alone.
        today: the day of speaking.
        year: the year of a name without one; if not known, the latest in which it has begun.

    Raises:
        ValueError: it is a day that no calendar has.
    """
    if text in _NOW:
        return Days(today, today)
    if text in _DAYS:
        day = today + timedelta(days=_DAYS[text])
        return Days(day, day)
    if decade := decade_of(text, today):
        return Days(date(decade[0], 1, 1), date(decade[1], 12, 31), loose=True)
    if near := _NEAR.fullmatch(text):
        step = _STEPS[near[1]]
        return _month(near[3], today, step) if near[2] == "月" else _week(near[3], today, step)
    if dotted := _DOTTED.fullmatch(text):
        return part_of_year(f"{dotted[2]}月{dotted[3] or ''}", int(dotted[1]))
    if found := year_of(text, today):
        return part_of_year(found[1], found[0])
    if len(text) < 2:
        return None  # 底 alone may end anything
    return _latest(text, today) if year is None else part_of_year(text, year)


def _month(rest: str, today: date, step: int) -> Days | None:
    year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
    return part_of_month(rest, year, month + 1)


def _week(rest: str, today: date, step: int) -> Days | None:
    ends = _WEEKDAYS.get(rest.replace("天", "日"))
    if ends is None:
        return None
    monday = today + timedelta(days=7 * step - today.weekday())
    return Days(monday + timedelta(days=ends[0]), monday + timedelta(days=ends[1]))


def _latest(text: str, today: date) -> Days | None:
    """The days of a name without year, the last time they began: 5月, 下半年, 15号, 月初."""
    if _DAY_ALONE.fullmatch(text) or text.startswith("月"):
        found = [_month(text.removeprefix("月"), today, step) for step in (0, -1)]
    else:
        found = [part_of_year(text, year) for year in (today.year, today.year - 1)]
    return next((days for days in found if days and days.first <= today), None)
