"""How long work takes a core: the least of several tries, for other processes only add to it."""

import time
from collections.abc import Callable


def cpu_seconds(work: Callable[[], object], *, tries: int = 1) -> float:
    """Seconds of this thread's processor time, the least of so many tries."""
    spent = []
    for _ in range(tries):
        began = time.thread_time()
        work()
        spent.append(time.thread_time() - began)
    return min(spent)
