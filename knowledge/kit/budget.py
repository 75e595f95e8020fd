"""How long somebody waits for a piece of work; the work asks between its steps.

A budget goes with the context in which it was set: into the thread that works for a request,
and into the requests that this one makes in the same process.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from knowledge.kit.errors import ChuangdaiError


class OverloadedError(ChuangdaiError):
    """There is more to do than is done in time; the same may be asked again a little later."""

    code = "overloaded"
    retry_after_s = 5


class Budget:
    """Ends after ``seconds``, with the budget it is part of, or when nobody waits any more."""

    def __init__(self, seconds: float | None = None, within: "Budget | None" = None) -> None:
        ends = [] if within is None or within._ends is None else [within._ends]
        if seconds is not None:
            ends.append(time.monotonic() + seconds)
        self._ends: float | None = min(ends, default=None)
        self._within = within
        self._is_given_up = False

    @property
    def left_s(self) -> float | None:
        """Seconds until it ends by itself, 0 at least; None where it does not."""
        return None if self._ends is None else max(self._ends - time.monotonic(), 0.0)

    @property
    def is_spent(self) -> bool:
        """Whether work for it is in vain."""
        outer = self._within is not None and self._within.is_spent
        return self._is_given_up or outer or self.left_s == 0

    def give_up(self) -> None:
        """Nobody waits any more."""
        self._is_given_up = True


_current: ContextVar[Budget | None] = ContextVar("budget", default=None)


def current_budget() -> Budget | None:
    """The budget of the work under way; None for work that may take its time."""
    return _current.get()


@contextmanager
def spending(budget: Budget) -> Iterator[None]:
    """What is done inside is done on this budget."""
    before = _current.set(budget)
    try:
        yield
    finally:
        _current.reset(before)


def check_budget() -> None:
    """Called between the steps of long work.

    Raises:
        OverloadedError: the budget is spent.
    """
    budget = _current.get()
    if budget is not None and budget.is_spent:
        raise OverloadedError("the time for this is spent")
