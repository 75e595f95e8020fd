"""Days of the calendar, and how far back a span reaches from one."""

from calendar import monthrange
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from knowledge.understanding.values.spans import Duration


class Days(NamedTuple):
    """First and last day; ``loose`` where they are an estimate."""

    first: date
    last: date
    loose: bool = False


def whole_month(year: int, month: int, *, loose: bool = False) -> Days:
    """All days of a month."""
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]), loose)


def back(today: date, months: Decimal) -> date:
    """The day so many months before; of a part of a month, days of a thirtieth."""
    whole = int(months)
    year, month = divmod(today.year * 12 + today.month - 1 - whole, 12)
    day = min(today.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day) - timedelta(days=round((months - whole) * 30))


def ago(duration: Duration, today: date) -> Days:
    """When it was that so much time ago: 三年前 is somewhere in that year, 三天前 that day."""
    if duration.low != duration.high:
        return Days(back(today, duration.high), back(today, duration.low), loose=True)
    day = back(today, duration.low)
    if duration.low % 12 == 0:
        slack = 1 if duration.about else 0
        last = min(date(day.year + slack, 12, 31), today)
        return Days(date(day.year - slack, 1, 1), last, loose=True)
    if duration.low >= 1:
        return whole_month(day.year, day.month, loose=True)
    return Days(day, day, loose=duration.about)
