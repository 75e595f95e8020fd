"""Which documents are live; the last word on every search hit."""

import time
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from api.db.engine import Database
from api.db.statements import insert_into
from api.documents.tables import DocumentRow

REFRESH_S = 0.5


@dataclass(frozen=True, slots=True)
class _Reading:
    live: frozenset[str]
    added: Mapping[str, str]


class DocumentRegistry:
    """The live documents, as the database says; refreshed at most twice a second."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._last: _Reading | None = None
        self._read_at = 0.0

    @property
    def live(self) -> Set[str] | None:
        """Ids of live documents as last read; None before the first reading."""
        return self._last.live if self._last else None

    @property
    def added(self) -> Mapping[str, str]:
        """Digest of the text of each document that was added, withdrawn ones included."""
        return self._last.added if self._last else {}

    async def enrol(self, ids: Iterable[str]) -> None:
        """Enter documents not known yet as live; withdrawn ones stay withdrawn."""
        async with self._database.writing() as session:
            known = set((await session.scalars(select(DocumentRow.id))).all())
            new = [
                {"id": id_, "state": "live", "updated_at": self._now()}
                for id_ in ids
                if id_ not in known
            ]
            if new:  # another process that starts may enter them first
                statement = insert_into(session, DocumentRow).on_conflict_do_nothing()
                await session.execute(statement, new)
        await self.refresh(force=True)

    async def refresh(self, *, force: bool = False) -> None:
        """Read anew when the last reading is too old."""
        if not force and time.monotonic() - self._read_at < REFRESH_S:
            return
        self._read_at = time.monotonic()
        query = select(DocumentRow.id, DocumentRow.state, DocumentRow.digest)
        async with self._database.reading() as session:
            rows = (await session.execute(query)).all()
        self._last = _Reading(
            live=frozenset(id_ for id_, state, _ in rows if state == "live"),
            added={id_: digest for id_, _, digest in rows if digest},
        )
