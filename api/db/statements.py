"""Statements that SQLite and PostgreSQL both know, and SQLAlchemy only by dialect."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession


def insert_into(session: AsyncSession, table: Any) -> Any:
    """An INSERT with ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if is_postgresql else sqlite.insert)(table)
