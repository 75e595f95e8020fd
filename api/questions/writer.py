"""Writes recorded questions in batches that no single row can stop."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert

from api.db.engine import Database
from api.errors import StorageError
from api.questions.tables import QuestionRow
from knowledge.kit.redaction import kind_of

log = logging.getLogger(__name__)

WRITE_EVERY_S = 1.0
LONGEST_PAUSE_S = 60.0
MOST_WAITING = 5000
MOST_TRIES = 30  # some 25 minutes, as the pauses grow

Count = Callable[[str, int], None]


@dataclass(slots=True)
class _Waiting:
    values: dict[str, Any]
    tries: int = 0


class BatchWriter:
    """Rows of this process that wait to be written, at most :data:`MOST_WAITING`.

    A batch that the database refuses is halved until the row is alone that it refuses; that
    one is set aside: counted, its kind of error logged, its text gone. While the database is
    away all wait, with growing pauses and each row for at most :data:`MOST_TRIES` tries.
    """

    def __init__(self, database: Database, count: Count) -> None:
        self._database, self._count = database, count
        self._waiting: deque[_Waiting] = deque()
        self._lock = asyncio.Lock()

    @property
    def is_busy(self) -> bool:
        """Whether rows wait or are being written."""
        return bool(self._waiting) or self._lock.locked()

    def add(self, values: dict[str, Any]) -> None:
        """Keep a row for the next batch; beyond the limit the oldest goes."""
        self._waiting.append(_Waiting(values))
        self._drop_beyond_limit()

    async def keep_writing(self) -> None:
        """Write until cancelled, and once more then."""
        pause = WRITE_EVERY_S
        try:
            while True:
                await asyncio.sleep(pause)
                is_written = await self.write()
                pause = WRITE_EVERY_S if is_written else min(2 * pause, LONGEST_PAUSE_S)
        finally:
            await self.write()

    async def write(self) -> bool:
        """Write what waits; False when the database is away and rows go on waiting."""
        async with self._lock:
            if not self._waiting:
                return True
            parts = deque([list(self._waiting)])
            self._waiting.clear()
            try:
                return await self._write_all(parts)
            finally:
                # Empty unless the database is away or the writing was cancelled.
                self._waiting.extendleft(row for part in reversed(parts) for row in reversed(part))
                self._drop_beyond_limit()

    async def _write_all(self, parts: deque[list[_Waiting]]) -> bool:
        while parts:
            part = parts[0]
            try:
                await self._insert(part)
            except StorageError as error:  # it cannot be reached now, and refuses no row
                log.debug("questions wait, the database is away: %s", error.code)
                parts[0] = self._still_to_be_tried(part, error)
                return False
            except Exception as error:  # whatever a driver makes of a row it does not take
                parts.popleft()
                if len(part) == 1:
                    self._set_aside(1, error)
                else:
                    middle = len(part) // 2
                    parts.extendleft([part[middle:], part[:middle]])
            else:
                parts.popleft()
                self._count("written", len(part))
        return True

    async def _insert(self, part: list[_Waiting]) -> None:
        async with self._database.writing() as session:
            await session.execute(insert(QuestionRow), [row.values for row in part])

    def _still_to_be_tried(self, part: list[_Waiting], error: Exception) -> list[_Waiting]:
        for row in part:
            row.tries += 1
        left = [row for row in part if row.tries < MOST_TRIES]
        if len(left) < len(part):
            self._set_aside(len(part) - len(left), error)
        return left

    def _set_aside(self, rows: int, error: Exception) -> None:
        log.error("%d questions set aside: %s", rows, kind_of(error))
        self._count("set_aside", rows)

    def _drop_beyond_limit(self) -> None:
        beyond = max(0, len(self._waiting) - MOST_WAITING)
        for _ in range(beyond):
            self._waiting.popleft()
        if beyond:
            self._count("dropped", beyond)
