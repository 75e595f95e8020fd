"""Runs what keeps a core busy outside of Python in threads that give way to everything else.

Only for calls that let other Python threads run meanwhile, such as a network's: whoever holds
the right to run Python must not wait long for a core.
"""

import os
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import cache
from typing import TypeVar

Result = TypeVar("Result")

_LAST = 19  # the niceness of what runs only where nothing else wants the core


def run_aside(work: Callable[[], Result]) -> Result:
    """The result of ``work``, which had the cores only while nothing else wanted them.

    On Linux each thread has a priority; elsewhere it would be that of the whole process, so
    there the work is done at once.
    """
    return _threads().submit(work).result() if sys.platform == "linux" else work()


@cache
def _threads() -> ThreadPoolExecutor:
    # Half the cores: what runs there also slows the memory and the caches of those beside it.
    return ThreadPoolExecutor(max(1, (os.cpu_count() or 1) // 2), "aside", _give_way)


def _give_way() -> None:
    with suppress(OSError):  # a sandbox may forbid it; a broken pool would be worse
        os.nice(_LAST)
        # Whoever else wakes takes the core at once, instead of at the end of a slice of time.
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
