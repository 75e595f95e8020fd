"""Brings a database to the tables of this version."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from api.db.engine import Database
from api.db.faults import faults_told
from api.db.locks import only_one
from api.db.schema import check_tables
from api.db.sqlite_file import check_file, make_file
from api.errors import DatabaseDamagedError, DatabaseTooNewError

MIGRATIONS = Path(__file__).parent / "migrations"
# Another process may be at it, and a large table takes its time.
_PATIENCE_S = 120
_PATIENT = f"SET LOCAL lock_timeout = '{_PATIENCE_S}s'; SET LOCAL statement_timeout = 0"


async def migrate(database: Database, to: str = "head") -> None:
    """Apply the migrations that are missing; safe to run twice and by two processes.

    Raises:
        DatabaseDamagedError: the file is not whole, holds another program's tables, or not all
            of ours.
        DatabaseTooNewError: a newer version of this program was here.
        StorageError: the database cannot be opened.
    """
    async with migrating(database) as connection:
        await connection.run_sync(upgrade, to)


@asynccontextmanager
async def migrating(database: Database, *, keep: bool = True) -> AsyncIterator[AsyncConnection]:
    """A transaction beside which no other process migrates; ``keep`` false leaves no trace.

    Raises:
        StorageError: see :func:`migrate`.
    """
    path = file_of(database)
    if path is not None:
        await check_file(path, _look)
        if not path.exists():
            with faults_told():
                async with only_one(database, "making"):
                    if not path.exists():
                        await make_file(path, lambda draft: _make_tables(database.url, draft))
    async with _migrating(database.url, keep=keep) as connection:
        yield connection


async def look_at(url: str) -> bool:
    """Look at each page of a database file, or connect to the server; changes nothing.

    Returns whether its tables are those of this version; False when there are none yet.

    Raises:
        StorageError: see :func:`migrate`.
    """
    database = Database(url)
    try:
        path = file_of(database)
        if path is not None:
            await check_file(path, _look, thoroughly=True)
            if not path.exists():
                return False
        with faults_told():
            async with database.engine.connect() as connection:
                if await connection.run_sync(applied_revision) != newest_revision():
                    return False
                await connection.run_sync(check_tables)
                return True
    finally:
        await database.close()


def file_of(database: Database) -> Path | None:
    """Where a database of SQLite lies; None for a server."""
    name = make_url(database.url).database
    return Path(name) if database.is_sqlite and name else None


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to one on an open connection, inside its transaction.

    Raises:
        DatabaseDamagedError: all were applied, and yet a table is missing.
    """
    applied = applied_revision(connection)
    if applied == newest_revision():
        check_tables(connection)
        return
    if to != "head" and applied is not None and applied >= to:
        return
    # Here and not above: most starts find the tables as they should be.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def applied_revision(connection: Connection) -> str | None:
    """The last migration that was applied; None in an empty database.

    Raises:
        DatabaseTooNewError: a newer version of this program was here.
    """
    if not inspect(connection).has_table("alembic_version"):
        return None
    applied: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    _refuse_newer(applied)
    return applied


async def _make_tables(url: str, path: Path) -> None:
    there = make_url(url).set(database=str(path)).render_as_string(hide_password=False)
    async with _migrating(there) as connection:
        await connection.run_sync(upgrade)


@asynccontextmanager
async def patient(url: str) -> AsyncIterator[Database]:
    """A database whose writers wait as long as an upgrade of another process takes."""
    database = Database(url, busy_timeout_ms=_PATIENCE_S * 1000)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def _migrating(url: str, *, keep: bool = True) -> AsyncIterator[AsyncConnection]:
    with faults_told():
        async with patient(url) as database, database.engine.connect() as connection:
            if database.is_sqlite:
                connection = await connection.execution_options(begin_immediate=True)
            async with connection.begin() as transaction:
                if not database.is_sqlite:
                    await connection.exec_driver_sql(_PATIENT)
                    await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7240031)")
                yield connection
                if not keep:
                    await transaction.rollback()


def _look(connection: sqlite3.Connection) -> None:
    """Refuse a file whose tables are not ours, or newer than this program."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = {name for (name,) in rows if not name.startswith("sqlite_")}
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        _refuse_newer(row[0] if row else None)
    elif tables:
        raise DatabaseDamagedError("tables of another program")


def _refuse_newer(applied: str | None) -> None:
    if applied is not None and applied not in _known():
        raise DatabaseTooNewError(f"revision {applied}")


def _known() -> set[str]:
    return {path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py")}


def newest_revision() -> str:
    """The migration with the highest number."""
    return max(_known())
