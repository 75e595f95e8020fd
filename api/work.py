"""Work that keeps a core busy: where it is done, who goes first, and what is refused.

Everything here is per process; several processes of the API have a pool each.
"""

import asyncio
import os
import sys
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from api.contract.problem import Problem
from api.metrics import Metrics
from api.services import part_of
from api.settings import ApiSettings
from knowledge.kit.budget import Budget, OverloadedError, current_budget, spending

Result = TypeVar("Result")

# In characters. An ordinary question has a tenth of it and takes a tenth of the time.
LONG_TEXT = 160
# As much as reading of files gives way. Much more would harm: Python itself runs one thread at a
# time, and who holds that right must not wait long for a core.
LONG_NICE = 5


class Lane(StrEnum):
    """Where work waits."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    work: Callable[[], Any]
    budget: Budget
    context: Context
    result: "asyncio.Future[Any]"
    came_at: float


class WorkPool:
    """A few threads for each kind of work, and a short queue before them.

    Long work takes no thread from short; where cores are scarce, its threads give way. What nobody
    waits for any more is not begun, and stops between its steps when it was (see
    :mod:`knowledge.kit.budget`). Used from one event loop.
    """

    def __init__(self, settings: ApiSettings, metrics: Metrics) -> None:
        size = settings.work_threads or _cores()
        self._most = {Lane.SHORT: size, Lane.LONG: max(size - 1, 1)}
        self._most_waiting, self._budget_s = settings.work_waiting, settings.work_budget_s
        self._metrics = metrics
        self._threads = {
            Lane.SHORT: ThreadPoolExecutor(self._most[Lane.SHORT], "work"),
            Lane.LONG: ThreadPoolExecutor(self._most[Lane.LONG], "long-work", _give_way),
        }
        self._waiting: dict[Lane, deque[_Job]] = {lane: deque() for lane in Lane}
        self._running = dict.fromkeys(Lane, 0)
        self._is_closed = False

    async def run(self, work: Callable[[], Result], *, size: int = 0) -> Result:
        """The result of ``work``, done in a thread; ``size`` is the length of its text.

        Raises:
            OverloadedError: too much waits already, or the time of the request is spent.
        """
        lane = Lane.LONG if size > LONG_TEXT else Lane.SHORT
        self._drop_spent()
        if self._is_closed or len(self._waiting[lane]) >= self._most_waiting:
            self._metrics.count_refused_work("full")
            raise OverloadedError("too much waits already")
        return await self._do(work, lane, Budget(self._budget_s, within=current_budget()))

    async def run_behind(self, work: Callable[[], Result]) -> Result:
        """The result of work that no request waits for, done when there is room for long work.

        Raises:
            OverloadedError: the pool is closed.
        """
        if self._is_closed:
            raise OverloadedError("the application stops")
        return await self._do(work, Lane.LONG, Budget())

    def close(self) -> None:
        """Begin nothing more; what still waits is told so."""
        self._is_closed = True
        for waiting in self._waiting.values():
            while waiting:
                waiting.popleft().result.cancel()
        for threads in self._threads.values():
            threads.shutdown(wait=False)

    async def _do(self, work: Callable[[], Result], lane: Lane, budget: Budget) -> Result:
        result: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        job = _Job(work, budget, copy_context(), result, time.monotonic())
        self._waiting[lane].append(job)
        self._begin()
        try:
            async with asyncio.timeout(budget.left_s) as limit:
                return await result
        except TimeoutError as error:
            if not limit.expired():
                raise
            self._metrics.count_refused_work("late")
            raise OverloadedError("the time for this is spent") from error
        finally:
            budget.give_up()
            if job in self._waiting[lane]:
                self._waiting[lane].remove(job)
            self._tell()

    def _begin(self) -> None:
        """Hand waiting work to threads that are free."""
        self._drop_spent()
        for lane, waiting in self._waiting.items():
            while waiting and not self._is_closed and self._running[lane] < self._most[lane]:
                self._hand_over(waiting.popleft(), lane)
        self._tell()

    def _hand_over(self, job: _Job, lane: Lane) -> None:
        self._running[lane] += 1
        self._metrics.observe_work_wait(lane, time.monotonic() - job.came_at)
        loop = asyncio.get_running_loop()
        done = loop.run_in_executor(self._threads[lane], job.context.run, _on_budget, job)
        done.add_done_callback(partial(self._end, job, lane))

    def _end(self, job: _Job, lane: Lane, done: "asyncio.Future[Any]") -> None:
        self._running[lane] -= 1
        error = None if done.cancelled() else done.exception()
        if not job.result.done():
            if done.cancelled():
                job.result.cancel()
            elif error is not None:
                job.result.set_exception(error)
            else:
                job.result.set_result(done.result())
        self._begin()

    def _drop_spent(self) -> None:
        """Forget what nobody waits for any more."""
        for waiting in self._waiting.values():
            for job in [job for job in waiting if job.budget.is_spent]:
                waiting.remove(job)
                if job.budget.left_s != 0 and not job.result.done():
                    self._metrics.count_refused_work("gone")
                    job.result.set_exception(OverloadedError("who asked has gone"))

    def _tell(self) -> None:
        for lane, waiting in self._waiting.items():
            self._metrics.show_waiting_work(lane, len(waiting))


def _give_way() -> None:
    """Let short work and the event loop have the cores first.

    On Linux each thread has a priority; elsewhere it would be that of the whole process.
    """
    if sys.platform == "linux":
        with suppress(OSError):  # a sandbox may forbid it; a broken pool would be worse
            os.nice(LONG_NICE)


def _cores() -> int:
    """Cores this process may use, where the system tells."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _on_budget(job: _Job) -> Any:
    with spending(job.budget):
        return job.work()


def _work_of(request: Request) -> WorkPool:
    return part_of(request, WorkPool)


Work = Annotated[WorkPool, Depends(_work_of)]
OVERLOADED: dict[int | str, dict[str, object]] = {
    503: {"model": Problem, "description": "Too much to do; ask again after `Retry-After`"}
}
