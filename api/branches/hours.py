"""Opening hours in OSM syntax: open now, next opening, and in Chinese."""

import re
from dataclasses import dataclass
from datetime import datetime

import chinese_calendar
from opening_hours import OpeningHours, validate

from knowledge.kit.clock import CHINA

_DAYS = {
    "Mo": "周一",
    "Tu": "周二",
    "We": "周三",
    "Th": "周四",
    "Fr": "周五",
    "Sa": "周六",
    "Su": "周日",
}


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it is open, and when it opens next; None where that is not known."""

    open_now: bool | None
    next_opening: str | None


def opening_at(hours: str | None, at: datetime) -> Opening:
    """What the hours mean at an instant, by the clock of China.

    A rule with ``PH off`` is closed on public holidays. On a holiday or make-up day that
    the rule does not mention nobody can tell: ``open_now`` is None then.
    """
    if not hours:
        return Opening(None, None)
    local = at.astimezone(CHINA).replace(tzinfo=None)
    if _is_out_of_the_ordinary(local):
        is_holiday = local.weekday() < 5
        return Opening(False if is_holiday and "PH off" in hours else None, None)
    parsed = OpeningHours(hours)
    if parsed.is_open(local):
        return Opening(True, None)
    change = parsed.next_change(local)
    return Opening(False, f"{change:%m-%d %H:%M}" if change else None)


def is_valid(hours: str) -> bool:
    """Whether a text is in the syntax."""
    return bool(validate(hours))


def in_chinese(hours: str | None) -> str | None:
    """The hours as people say them: Mo-Fr 09:00-17:00 is 周一至周五 09:00-17:00."""
    if not hours:
        return None
    text = hours
    for short, day in _DAYS.items():
        text = re.sub(rf"\b{short}\b", day, text)
    text = re.sub(r"(周.)-(周.)", r"\1至\2", text)
    text = text.replace("PH off", "法定节假日休息").replace("off", "休息").replace("; ", "；")
    return text.replace(";", "；")


def _is_out_of_the_ordinary(local: datetime) -> bool:
    try:
        worked = chinese_calendar.is_workday(local.date())
    except NotImplementedError:
        return False
    return bool(worked != (local.weekday() < 5))
