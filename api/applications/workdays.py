"""Counts Chinese working days, make-up days included."""

from datetime import date, timedelta

import chinese_calendar


def is_workday(day: date) -> bool:
    """Whether people work on that day; Monday to Friday beyond the published calendar."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:  # so the calendar says that a year is not published yet
        return day.weekday() < 5


def add_workdays(day: date, count: int) -> date:
    """The ``count``-th working day after ``day``."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day
