"""When the nightly forgetting comes round."""

import asyncio
from datetime import datetime

import pytest

from api.errors import DatabaseUnreachableError
from api.privacy import nightly
from api.privacy.nightly import forget_every_night, seconds_to_next
from knowledge.kit.clock import CHINA


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 30, 1, 10, tzinfo=CHINA), 2),
        (datetime(2026, 11, 30, 3, 10, tzinfo=CHINA), 24),
        (datetime(2026, 12, 31, 4, 10, tzinfo=CHINA), 23),
    ],
)
def test_it_comes_once_in_each_night_of_china(now, hours):
    assert seconds_to_next(now) == hours * 3600


async def test_a_night_without_a_database_is_made_up_for_by_the_next(monkeypatch):
    """The first night finds the database away, the second one finds it."""
    monkeypatch.setattr(nightly, "AFTER_START_S", 0.0)
    monkeypatch.setattr(nightly, "seconds_to_next", lambda now: 0.0)
    is_done = asyncio.Event()

    class Privacy:
        nights = 0

        async def forget_nightly(self) -> None:
            self.nights += 1
            if self.nights == 1:
                raise DatabaseUnreachableError("no answer")
            is_done.set()

    running = asyncio.create_task(forget_every_night(Privacy(), datetime.now))
    await asyncio.wait_for(is_done.wait(), timeout=5)

    assert not running.done()
    running.cancel()
