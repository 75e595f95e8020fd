"""The time, in one place."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def utc_now() -> datetime:
    """The instant, aware, in UTC."""
    return datetime.now(UTC)


def china_today() -> date:
    """The day it is in China, by which rules and deadlines are counted."""
    return datetime.now(CHINA).date()
