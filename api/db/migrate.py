"""Brings a database to the tables of this version."""

import sqlite3
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url

from api.db.engine import Database
from api.db.faults import faults_told
from api.db.sqlite_file import check_file, make_file
from api.errors import DatabaseDamagedError, DatabaseTooNewError

MIGRATIONS = Path(__file__).parent / "migrations"
# Another process may be at it, and a large table takes its time.
_PATIENCE_S = 120
_PATIENT = f"SET LOCAL lock_timeout = '{_PATIENCE_S}s'; SET LOCAL statement_timeout = 0"


async def migrate(database: Database) -> None:
    """Apply the migrations that are missing; safe to run twice and by two processes.

    Raises:
        DatabaseDamagedError: the file is not whole, or holds another program's tables.
        DatabaseTooNewError: a newer version of this program was here.
        StorageError: the database cannot be opened.
    """
    path = file_of(database)
    if path is None:
        await _apply(database)
        return
    await check_file(path, _look)
    if not path.exists():
        await make_file(path, lambda draft: _apply_to(database.url, draft))
    await _apply_to(database.url, path)


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
                return await connection.run_sync(_is_current)
    finally:
        await database.close()


def file_of(database: Database) -> Path | None:
    """Where a database of SQLite lies; None for a server."""
    name = make_url(database.url).database
    return Path(name) if database.is_sqlite and name else None


async def _apply_to(url: str, path: Path) -> None:
    there = make_url(url).set(database=str(path)).render_as_string(hide_password=False)
    database = Database(there, busy_timeout_ms=_PATIENCE_S * 1000)
    try:
        await _apply(database)
    finally:
        await database.close()


async def _apply(database: Database) -> None:
    with faults_told():
        async with database.engine.connect() as connection:
            if database.is_sqlite:
                connection = await connection.execution_options(begin_immediate=True)
            async with connection.begin():
                if not database.is_sqlite:
                    await connection.exec_driver_sql(_PATIENT)
                    await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7240031)")
                if not await connection.run_sync(_is_current):
                    await connection.run_sync(upgrade)


def upgrade(connection: Connection) -> None:
    """Run the migrations on an open connection, inside its transaction."""
    # Here and not above: most starts find the tables as they should be.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _look(connection: sqlite3.Connection) -> None:
    """Refuse a file whose tables are not ours, or newer than this program."""
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    tables = {name for (name,) in rows if not name.startswith("sqlite_")}
    if "alembic_version" in tables:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        _refuse_newer(row[0] if row else None)
    elif tables:
        raise DatabaseDamagedError("tables of another program")


def _is_current(connection: Connection) -> bool:
    """Whether the newest migration, the one with the highest number, has been applied."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    applied = connection.scalar(text("SELECT version_num FROM alembic_version"))
    _refuse_newer(applied)
    return bool(applied == max(_known()))


def _refuse_newer(applied: str | None) -> None:
    if applied is not None and applied not in _known():
        raise DatabaseTooNewError(f"revision {applied}")


def _known() -> set[str]:
    return {path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py")}
