"""Stops asking a model that keeps failing, so that nobody waits for it in vain."""

import time
from collections.abc import Callable


class CircuitBreaker:
    """Open for ``pause_s`` after ``max_failures`` in a row; then one more failure reopens it."""

    def __init__(
        self, max_failures: int, pause_s: float, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._max_failures, self._pause_s, self._now = max_failures, pause_s, now
        self._failures, self._open_until = 0, 0.0

    @property
    def is_open(self) -> bool:
        """Whether the model is to be left alone."""
        return self._now() < self._open_until

    def record(self, *, worked: bool) -> None:
        """Count one attempt."""
        self._failures = 0 if worked else self._failures + 1
        if self._failures >= self._max_failures:
            self._open_until = self._now() + self._pause_s
