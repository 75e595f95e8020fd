"""Work that goes on as long as the process, whatever becomes of disk, database and index."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any, cast

from fastapi import FastAPI

from knowledge.kit.errors import ChuangdaiError

log = logging.getLogger(__name__)

LONGEST_PAUSE_S = 5.0


async def keep_doing(
    what: str,
    step: Callable[[], Awaitable[None]],
    *,
    every_s: float,
    longest_pause_s: float = LONGEST_PAUSE_S,
) -> None:
    """Do a step, pause, do it again. Never ends by itself.

    A step that fails is tried again, with longer and longer pauses; what is logged is that
    it began to fail and that it is over, so that a full disk is not filled by a log.
    """
    pause_s, failed_as = every_s, ""
    while True:
        try:
            await step()
        except Exception as error:
            kind = error.code if isinstance(error, ChuangdaiError) else type(error).__name__
            if kind != failed_as:
                # Of an unforeseen error the place is wanted, of a known one the code says it.
                is_known = isinstance(error, ChuangdaiError)
                log.error("%s: %s", what, kind, exc_info=None if is_known else error)
            pause_s, failed_as = min(2 * pause_s, longest_pause_s), kind
        else:
            if failed_as:
                log.warning("%s: goes on", what)
            pause_s, failed_as = every_s, ""
        await asyncio.sleep(pause_s)


def around_lifespan(app: FastAPI, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run ``work()`` as a task while the application is up; if it fails after all, it is logged."""
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app_: FastAPI) -> AsyncIterator[object]:
        async with inner(app_) as state:
            task = asyncio.create_task(_told_when_it_ends(work))
            try:
                yield state
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    app.router.lifespan_context = cast(Any, lifespan)


async def _told_when_it_ends(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except Exception:
        log.exception("work behind has ended")
