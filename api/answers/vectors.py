"""Keeps the sentence vectors loaded; rules and words answer meanwhile."""

import asyncio
from collections.abc import Callable
from threading import Event

from anyio import to_thread

from api.background import keep_doing
from api.errors import StoppedError
from knowledge.app import Knowledge
from knowledge.settings import KnowledgeSettings

Progress = Callable[[int, int], None]
# Loading the vector libraries keeps the interpreter busy; the first pages go before it.
PAGES_FIRST_S = 1.0
# How soon it is seen that the vectors were lost.
LOST_VECTORS_S = 1.0


async def keep_vectors(
    knowledge: Knowledge, settings: KnowledgeSettings, on_progress: Progress
) -> None:
    """Load the vectors, and again whenever they were lost. Never ends."""
    stopping = Event()

    def report(done: int, total: int) -> None:
        if stopping.is_set():
            raise StoppedError("the application stopped while the index was built")
        on_progress(done, total)

    async def step() -> None:
        if not knowledge.has_vectors:
            await to_thread.run_sync(knowledge.load_vectors, settings, report)

    try:
        await asyncio.sleep(PAGES_FIRST_S)
        await keep_doing("loading the vectors", step, every_s=LOST_VECTORS_S, longest_pause_s=60.0)
    finally:
        stopping.set()  # the thread cannot be interrupted; it ends at its next report
