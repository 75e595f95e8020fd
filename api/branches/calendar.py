"""What the state's calendar makes of a day: holiday, make-up working day or neither."""

from datetime import date
from enum import Enum

import chinese_calendar


class DayKind(Enum):
    """How a day differs from its day of the week."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKE_UP = "make-up working day"


# Beyond the years whose schedule is published only days fixed by law are known.
# Source: 全国年节及纪念日放假办法 (2024 revision), the days of the solar calendar.
_FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})


def kind_of(day: date) -> DayKind:
    """Holiday when the state gives the day off beyond an ordinary weekend."""
    try:
        is_worked = chinese_calendar.is_workday(day)
        _, holiday = chinese_calendar.get_holiday_detail(day)
    except NotImplementedError:  # so the calendar says that a year is not published yet
        return DayKind.HOLIDAY if (day.month, day.day) in _FIXED else DayKind.ORDINARY
    is_weekend = day.weekday() >= 5
    if is_worked:
        return DayKind.MAKE_UP if is_weekend else DayKind.ORDINARY
    return DayKind.HOLIDAY if holiday or not is_weekend else DayKind.ORDINARY
