"""Forgets, every night, what has outlived its retention."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta

from sqlalchemy.exc import SQLAlchemyError

from api.errors import StorageError
from api.privacy.service import PrivacyService
from knowledge.kit.clock import CHINA
from knowledge.kit.redaction import kind_of

log = logging.getLogger(__name__)

# In China's night; and soon after a start, for a machine that is switched off at night.
AT = time(3, 10)
AFTER_START_S = 120.0


async def forget_every_night(privacy: PrivacyService, now: Callable[[], datetime]) -> None:
    """Run until cancelled. A night that fails is made up for by the next."""
    wait_s = AFTER_START_S
    while True:
        await asyncio.sleep(wait_s)
        try:
            done = await privacy.forget_nightly()
        except (StorageError, SQLAlchemyError, OSError) as error:
            log.error("the nightly forgetting failed: %s", kind_of(error))
        else:
            if done is not None:
                log.info("forgotten by age: %s", done.counts)
        wait_s = seconds_to_next(now())


def seconds_to_next(now: datetime) -> float:
    """How long it is until the next run, at least a minute."""
    here = now.astimezone(CHINA)
    due = datetime.combine(here.date(), AT, CHINA)
    if due - here < timedelta(minutes=1):
        due += timedelta(days=1)
    return (due - here).total_seconds()
