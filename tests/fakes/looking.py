"""Looks at what lies in a database and below a folder, as somebody who took them would."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, inspect, text


def sync_url(database_url: str) -> str:
    """The same database for a driver that waits."""
    return database_url.replace("+aiosqlite", "")


def contents(url: str) -> dict[str, list[tuple]]:
    """Every row of every table."""
    with connected(url) as connection:
        names = inspect(connection).get_table_names()
        return {
            n: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {n}")))) for n in names
        }


def execute(url: str, statement: str, **values: object) -> list[tuple]:
    with connected(url) as connection:
        result = connection.execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(sync_url(url))
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def said(url: str, folder: Path) -> str:
    """All that lies in the database and below the folder, with no escapes of JSON."""
    rows = str(contents(url)).encode().decode("unicode_escape", "replace")
    files = [p.read_bytes().decode("utf-8", "replace") for p in folder.rglob("*") if p.is_file()]
    return "\n".join([str(contents(url)), rows, *files])
