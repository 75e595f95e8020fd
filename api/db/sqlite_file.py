"""The file of a SQLite database: looked at before it is opened to write, made whole or not at all.

SQLite itself takes an emptied file for a new database, and applies a journal that belongs to
another file: both would pass unseen and bury what could still be saved.
"""

import os
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

from anyio import to_thread

from api.db.faults import faults_told
from api.errors import DatabaseDamagedError
from knowledge.kit.files import draft_path


async def check_file(
    path: Path, look: Callable[[sqlite3.Connection], None], *, thoroughly: bool = False
) -> None:
    """See that a database is whole, as far as that can be seen quickly; changes nothing.

    Each page is looked at when asked to, and where a journal waits to be applied. ``look`` may
    refuse what is in it.

    Raises:
        DatabaseDamagedError: it is emptied, cut short, no database, or its journal is not its own.
        StorageError: it cannot be read.
    """
    with faults_told():
        await to_thread.run_sync(_check, path, look, thoroughly)


async def make_file(path: Path, fill: Callable[[Path], Awaitable[None]]) -> None:
    """Make a database beside its place with ``fill`` and put it there when it is complete.

    A crash on the way leaves no half a database. Of two processes that make one at the same
    time the first puts its own there, the other goes on with that one.
    """
    draft = draft_path(path)
    try:
        await fill(draft)
        with faults_told():
            os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        for suffix in ("", "-wal", "-shm", "-journal"):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _check(path: Path, look: Callable[[sqlite3.Connection], None], thoroughly: bool) -> None:
    journal = path.with_name(f"{path.name}-wal")
    has_journal = journal.exists() and journal.stat().st_size > 0
    if not path.exists():
        if has_journal:
            raise DatabaseDamagedError(f"{path.name} is gone, its -wal is there")
        return
    size = path.stat().st_size
    if size == 0:
        raise DatabaseDamagedError(f"{path.name} is empty")
    # Opened to read only, so that closing it does not apply a journal that is not its own.
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=3)) as connection:
        # A journal means that it was not stopped properly, or is in use by another process.
        if has_journal or thoroughly:
            if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
                raise DatabaseDamagedError(f"{path.name}: quick_check")
        elif size < _bytes_claimed(connection):
            raise DatabaseDamagedError(f"{path.name} is cut short")
        look(connection)


def _bytes_claimed(connection: sqlite3.Connection) -> int:
    pages: int = connection.execute("PRAGMA page_count").fetchone()[0]
    page_size: int = connection.execute("PRAGMA page_size").fetchone()[0]
    return pages * page_size
