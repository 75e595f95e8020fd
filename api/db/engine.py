"""Opens the database: SQLite with a write-ahead log, or PostgreSQL.

What goes wrong within a session comes out as an error of this project, see
:mod:`api.db.faults`; no session waits without a limit.
"""

import asyncio
import json
import logging
import re
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from anyio import to_thread
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from api.db.faults import faults_told
from api.errors import (
    DatabaseRefusedError,
    DatabaseUnreachableError,
    StorageBusyError,
    StorageError,
)

log = logging.getLogger(__name__)

# A writer of SQLite waits so long for those of its own process, then for other processes.
QUEUE_S = 5.0
BUSY_TIMEOUT_MS = 3_000
SCRUB_WAIT_S = 10.0
# A server that hangs is given up after this; its driver takes up to ten seconds to let go.
SESSION_S = 10.0
_CONNECT = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
_SERVER_LIMITS = {
    "statement_timeout": "15s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}
# What the journal may keep of the disk after a large import.
_JOURNAL_BYTES = 16 * 1024 * 1024


_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(text: str | bytes) -> Any:
    """The value of a JSON column; half characters kept before they were refused are ``?``."""
    value = json.loads(text)
    written = text if isinstance(text, str) else text.decode()
    if _HALF.search(written):
        value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    return value


_COMMON: dict[str, Any] = {
    "hide_parameters": True,
    "json_deserializer": read_json,
    "pool_size": 10,
    "max_overflow": 10,
    "pool_timeout": QUEUE_S,
}


class Database:
    """The engine with sessions to read and to write.

    SQLite lets one connection write at a time and does not queue those that wait: some starve
    while others pass. So the writers of one process queue here, first come, first served.
    Writers of other processes are waited for by SQLite itself.
    """

    def __init__(self, url: str, *, busy_timeout_ms: int = BUSY_TIMEOUT_MS) -> None:
        """Nothing is opened yet.

        Raises:
            DatabaseRefusedError: the address is none, or for a database without its driver.
        """
        self.url = url
        try:
            parsed = make_url(url)
            self.is_sqlite = parsed.get_backend_name() == "sqlite"
            if self.is_sqlite:
                _make_folder(parsed)
                self.engine = create_async_engine(url, **_COMMON)
                _tune_sqlite(self.engine, busy_timeout_ms)
            else:
                self.engine = _postgresql_engine(parsed)
        except (ArgumentError, ImportError) as error:
            raise DatabaseRefusedError(f"no usable address: {type(error).__name__}") from None
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._writers = asyncio.Lock()
        self.fault: StorageError | None = None

    @asynccontextmanager
    async def reading(self, *, within_s: float | None = SESSION_S) -> AsyncIterator[AsyncSession]:
        """A session that keeps nothing; ``within_s`` is None where very much is read.

        Raises:
            StorageError: the database does not serve now.
        """
        with faults_told():
            async with self._answering_within(within_s), self._sessions() as session:
                await self._allow(session, within_s)
                yield session

    @asynccontextmanager
    async def writing(
        self, *, on: AsyncConnection | None = None, within_s: float | None = SESSION_S
    ) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end, rolled back on any error.

        ``on`` is a connection of :meth:`connection`, where temporary tables lie ready.
        On SQLite nobody else writes meanwhile: what takes long is done before. Whether the
        last one failed for the sake of storage stays in ``fault``.

        Raises:
            StorageError: the database does not serve now, or too many write.
        """
        try:
            async with self._turn_to_write():
                with faults_told():
                    async with (
                        self._answering_within(within_s),
                        self._sessions(**({"bind": on} if on else {})) as session,
                        session.begin(),
                    ):
                        if self.is_sqlite:
                            # Take the write lock now: two processes wait instead of
                            # failing half-way.
                            await session.connection(execution_options={"begin_immediate": True})
                        await self._allow(session, within_s)
                        yield session
        except StorageBusyError:
            raise
        except StorageError as error:
            self._note(error)
            raise
        self._note(None)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """One connection for several transactions, closed at the end with its temporary tables."""
        with faults_told():
            async with self.engine.connect() as connection:
                try:
                    yield connection
                finally:
                    await connection.invalidate()

    async def scrub(self, *tables: str) -> None:
        """Leave nothing on disk of what was overwritten or deleted; SQLite as a whole."""
        with faults_told():
            if self.is_sqlite:
                await to_thread.run_sync(_scrub_sqlite, make_url(self.url).database or "")
                return
            async with self.engine.connect() as connection:
                outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await outside.exec_driver_sql("SET statement_timeout = 0")
                try:
                    for table in tables:
                        await outside.exec_driver_sql(f"VACUUM FULL {table}")
                finally:
                    await connection.invalidate()  # with the patience it was given

    async def close(self) -> None:
        """Give all connections back."""
        await self.engine.dispose()

    async def _allow(self, session: AsyncSession, within_s: float | None) -> None:
        if within_s is None and not self.is_sqlite:
            await session.execute(text("SET LOCAL statement_timeout = 0"))

    def _note(self, fault: StorageError | None) -> None:
        """Log when writing stops and goes on, not at each attempt: the disk may be full."""
        if fault is not None and self.fault is None:
            log.error("the database takes no writes: %s (%s)", fault.code, fault)
        if fault is None and self.fault is not None:
            log.warning("the database takes writes again")
        self.fault = fault

    @asynccontextmanager
    async def _turn_to_write(self) -> AsyncIterator[None]:
        if not self.is_sqlite:
            yield
            return
        try:
            async with asyncio.timeout(QUEUE_S):
                await self._writers.acquire()
        except TimeoutError:
            raise StorageBusyError(f"other writers came first for {QUEUE_S:.0f} s") from None
        try:
            yield
        finally:
            self._writers.release()

    @asynccontextmanager
    async def _answering_within(self, seconds: float | None) -> AsyncIterator[None]:
        """A server may hang; SQLite is part of this process."""
        if self.is_sqlite or seconds is None:
            yield
            return
        try:
            async with asyncio.timeout(seconds) as limit:
                yield
        except TimeoutError:
            if not limit.expired():
                raise
            raise DatabaseUnreachableError(f"no answer within {seconds:.0f} s") from None


def _scrub_sqlite(path: str) -> None:
    # A connection as the driver has it: neither statement works inside a transaction.
    with closing(sqlite3.connect(path, SCRUB_WAIT_S, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _make_folder(url: URL) -> None:
    if url.database:
        with faults_told():
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _tune_sqlite(engine: AsyncEngine, busy_timeout_ms: int) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={busy_timeout_ms}")
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA secure_delete=ON")  # what was deleted is overwritten with zeros
        cursor.execute(f"PRAGMA journal_size_limit={_JOURNAL_BYTES}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        immediate = connection.get_execution_options().get("begin_immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _postgresql_engine(url: URL) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_pre_ping=True,
        connect_args={k: v for k, v in _CONNECT.items() if k not in url.query},
        **_COMMON,
    )

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        # Not as options of the connection: poolers in between refuse those.
        cursor = connection.cursor()
        for name, limit in _SERVER_LIMITS.items():
            cursor.execute("SELECT set_config(%s, %s, false)", (name, limit))
        cursor.close()
        connection.commit()

    return engine
