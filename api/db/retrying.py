"""Does a transaction again that gave way to another one."""

import asyncio
import random
from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from api.errors import TransactionLostError

ATTEMPTS = 4
LONGEST_PAUSE_S = 0.05

P = ParamSpec("P")
T = TypeVar("T")


def retried(work: Callable[P, Coroutine[Any, Any, T]]) -> Callable[P, Coroutine[Any, Any, T]]:
    """For methods whose only lasting effect is one transaction.

    PostgreSQL ends one of two transactions that wait for each other; nothing of it was kept, so
    the whole method may run again, from its look-ups on.

    Raises:
        TransactionLostError: it gave way each time.
    """

    @wraps(work)
    async def again(*args: P.args, **kwargs: P.kwargs) -> T:
        for attempt in range(1, ATTEMPTS):
            try:
                return await work(*args, **kwargs)
            except TransactionLostError:
                await asyncio.sleep(random.uniform(0, LONGEST_PAUSE_S * attempt))
        return await work(*args, **kwargs)

    return again
