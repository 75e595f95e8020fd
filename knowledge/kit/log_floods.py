"""Keeps a library from filling the disk with lines of the log that a stranger can cause.

The framework of the pages, for one, logs at once what a browser tells it to log. Our own
loggers are not held back: what they say follows from requests, which are counted.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable

from knowledge.kit.redaction import is_ours

log = logging.getLogger(__name__)

MOST_LINES = 30
WITHIN_S = 60.0


class FloodFilter(logging.Filter):
    """Lets each library's logger say so many lines a minute, and says where it cuts one off."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._since = clock()
        self._lines: Counter[str] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a line may be written; called before any work is spent on it."""
        if is_ours(record.name):
            return True
        if self._clock() >= self._since + WITHIN_S:
            self._since = self._clock()
            self._lines.clear()
        self._lines[record.name] += 1
        if self._lines[record.name] == MOST_LINES + 1:
            log.warning("%s has said %d lines; more are left out", record.name, MOST_LINES)
        return self._lines[record.name] <= MOST_LINES
