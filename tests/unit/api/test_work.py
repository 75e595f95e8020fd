"""The pool for heavy work: who goes first, what is refused, what is not begun."""

import asyncio
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest

from api.metrics import Metrics
from api.settings import ApiSettings
from api.work import LONG_NICE, LONG_TEXT, WorkPool
from knowledge.kit.budget import Budget, OverloadedError, check_budget, spending

LONG = LONG_TEXT + 1


class Work:
    """Work that says when it began, and ends when it is let go."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._may_end = threading.Event()

    def named(self, name: str):
        def do() -> str:
            self.begun.append(name)
            assert self._may_end.wait(10)
            return name

        return do

    def let_go(self) -> None:
        self._may_end.set()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
async def pool_of(metrics) -> AsyncIterator:
    """Makes pools with given settings."""
    pools = []

    def make(**settings) -> WorkPool:
        pools.append(WorkPool(ApiSettings(**settings), metrics))
        return pools[-1]

    yield make
    for pool in pools:
        pool.close()


@pytest.fixture
def work() -> Iterator[Work]:
    work = Work()
    yield work
    work.let_go()


@contextmanager
def overloaded() -> Iterator[None]:
    with pytest.raises(OverloadedError) as caught:
        yield
    assert caught.value.code == "overloaded"


async def until(condition) -> None:
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to that")


async def test_no_more_run_at_a_time_than_there_are_threads(pool_of, work):
    pool = pool_of(work_threads=2)
    asked = [asyncio.create_task(pool.run(work.named(str(n)))) for n in range(6)]
    await until(lambda: len(work.begun) == 2)
    await asyncio.sleep(0.05)

    assert work.begun == ["0", "1"]
    work.let_go()
    assert await asyncio.gather(*asked) == ["0", "1", "2", "3", "4", "5"]


async def test_what_finds_the_queue_full_is_refused_at_once(pool_of, work, metrics):
    pool = pool_of(work_threads=1, work_waiting=3)
    asked = [asyncio.create_task(pool.run(work.named(str(n)))) for n in range(4)]
    await until(lambda: work.begun == ["0"])

    with overloaded():
        await pool.run(work.named("too much"))
    assert b'chuangdai_work_waiting{lane="short"} 3.0' in metrics.render()
    assert b'chuangdai_work_refused_total{reason="full"} 1.0' in metrics.render()
    work.let_go()
    assert len(await asyncio.gather(*asked)) == 4
    assert "too much" not in work.begun


async def test_a_queue_full_of_long_texts_refuses_no_ordinary_question(pool_of, work):
    pool = pool_of(work_threads=1, work_waiting=2)
    asked = [asyncio.create_task(pool.run(work.named("long"), size=LONG)) for _ in range(3)]
    await until(lambda: work.begun == ["long"])
    with overloaded():
        await pool.run(work.named("long"), size=LONG)

    ordinary = asyncio.create_task(pool.run(work.named("ordinary")))
    work.let_go()
    assert await ordinary == "ordinary"
    await asyncio.gather(*asked)
    assert work.begun[:2] == ["long", "ordinary"]


async def test_long_work_takes_no_thread_from_short(pool_of, work):
    pool = pool_of(work_threads=2)
    asked = [asyncio.create_task(pool.run(work.named("long"), size=LONG)) for _ in range(5)]
    await until(lambda: work.begun == ["long"])

    asked.append(asyncio.create_task(pool.run(work.named("ordinary"))))
    await until(lambda: work.begun == ["long", "ordinary"])
    work.let_go()
    await asyncio.gather(*asked)


@pytest.mark.skipif(sys.platform != "linux", reason="threads have no priority of their own")
async def test_long_work_gives_way_where_cores_are_scarce(pool_of):
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, 0)

    pool = pool_of(work_threads=2)
    here = niceness()
    found = [await pool.run(niceness, size=size) for size in (LONG, 0, LONG, 0)]

    assert found == [min(here + LONG_NICE, 19), here] * 2
    assert await pool.run_behind(niceness) == min(here + LONG_NICE, 19)


async def test_what_waits_longer_than_its_time_is_refused_and_never_begun(pool_of, work, metrics):
    pool = pool_of(work_threads=1, work_budget_s=0.2)
    busy = asyncio.create_task(pool.run_behind(work.named("busy")))
    await until(lambda: work.begun == ["busy"])
    began = time.monotonic()
    with overloaded():
        await pool.run(work.named("late"), size=LONG)

    assert time.monotonic() - began < 1
    work.let_go()
    await busy
    assert await pool.run(lambda: "next", size=LONG) == "next"
    assert work.begun == ["busy"]
    assert b'chuangdai_work_refused_total{reason="late"} 1.0' in metrics.render()


async def test_running_work_stops_between_its_steps_when_its_time_is_spent(pool_of):
    pool = pool_of(work_threads=1, work_budget_s=0.1)
    steps = []

    def work() -> None:
        for step in range(1000):
            check_budget()
            steps.append(step)
            time.sleep(0.01)

    with overloaded():
        await pool.run(work)
    assert await pool.run(lambda: "the thread is free") == "the thread is free"
    assert len(steps) < 100


async def test_work_is_not_begun_for_one_who_has_gone(pool_of, work, metrics):
    pool = pool_of(work_threads=1)
    busy = asyncio.create_task(pool.run(work.named("busy")))
    await until(lambda: work.begun == ["busy"])
    caller = Budget()
    with spending(caller):
        asked = asyncio.create_task(pool.run(work.named("for nobody")))
    cancelled = asyncio.create_task(pool.run(work.named("cancelled")))
    await asyncio.sleep(0)
    caller.give_up()
    cancelled.cancel()
    work.let_go()
    with overloaded():
        await asked
    await busy

    assert await pool.run(lambda: "next", size=LONG) == "next"
    assert work.begun == ["busy"]
    assert b'chuangdai_work_refused_total{reason="gone"} 1.0' in metrics.render()


async def test_work_of_the_program_itself_waits_as_long_as_it_takes(pool_of, work):
    pool = pool_of(work_threads=1, work_waiting=1, work_budget_s=0.05)
    asked = [asyncio.create_task(pool.run_behind(work.named(str(n)))) for n in range(4)]
    await asyncio.sleep(0.2)
    work.let_go()

    assert await asyncio.gather(*asked) == ["0", "1", "2", "3"]


@pytest.mark.parametrize("error", [ValueError("wrong"), TimeoutError("of its own")])
async def test_an_error_of_the_work_is_its_callers(pool_of, error):
    def fail() -> None:
        raise error

    with pytest.raises(type(error), match=str(error)):
        await pool_of().run(fail)


async def test_a_closed_pool_begins_nothing(pool_of, work):
    pool = pool_of(work_threads=1)
    busy = asyncio.create_task(pool.run(work.named("busy")))
    await until(lambda: work.begun == ["busy"])
    waiting = asyncio.create_task(pool.run(work.named("waiting")))
    await asyncio.sleep(0)
    pool.close()
    work.let_go()

    assert await busy == "busy"
    with pytest.raises(asyncio.CancelledError):
        await waiting
    for run in (pool.run, pool.run_behind):
        with overloaded():
            await run(work.named("later"))
    assert work.begun == ["busy"]
