"""When a person will be there, and from when on data count as fresh."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from knowledge.kit.clock import CHINA


@dataclass(frozen=True, slots=True)
class Moment:
    """``at``: aware instant for which hours are read; data before ``stale_before`` are stale."""

    at: datetime
    stale_before: date

    @classmethod
    def of(cls, now: datetime, *, arrival: datetime | None, stale_days: int) -> "Moment":
        """Staleness counts from today in China, whatever the arrival."""
        today = now.astimezone(CHINA).date()
        return cls(arrival or now, today - timedelta(days=stale_days))
