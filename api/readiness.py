"""Whether the API can serve, and why not; looked up anew, so it recovers by itself."""

import asyncio
import shutil
from pathlib import Path

from anyio import to_thread
from sqlalchemy import text

from api.db.engine import Database
from api.db.faults import faults_told
from api.db.schema import check_tables
from api.errors import StorageError

PROBE_S = 2.0
# Less than one large file with its journal: what comes next may not find room.
LEAST_FREE_BYTES = 16 * 1024 * 1024
# The smallest write that any database of ours can do.
_TOUCH = text("UPDATE alembic_version SET version_num = version_num")


class Readiness:
    """Looks at database and disk; one look at a time, shared by all who ask meanwhile."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database, self._data_dir = database, data_dir
        self.has_started = False
        self._looking: asyncio.Task[str | None] | None = None

    async def lacking(self) -> str | None:
        """The code of what is missing to serve; None when nothing is."""
        if not self.has_started:
            return "starting"
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        # Not cancelled when it takes long: a driver that hangs takes its time to let go.
        await asyncio.wait({self._looking}, timeout=PROBE_S)
        return self._looking.result() if self._looking.done() else "database_unreachable"

    async def _look(self) -> str | None:
        try:
            async with self._database.reading() as session:
                await (await session.connection()).run_sync(check_tables)
            if self._database.fault is not None:
                # Writing has failed: whether it goes again only shows by writing.
                async with self._database.writing() as session:
                    await session.execute(_TOUCH)
            with faults_told():
                usage = await to_thread.run_sync(shutil.disk_usage, self._data_dir)
        except StorageError as error:
            return error.code
        return "disk_full" if usage.free < LEAST_FREE_BYTES else None
