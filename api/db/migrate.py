"""Brings a database to the tables of this version."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.db.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(database: Database, to: str = "head") -> None:
    """Apply the migrations that are missing; safe to run twice and by two processes."""
    async with migrating(database) as connection:
        await connection.run_sync(upgrade, to)


@asynccontextmanager
async def migrating(database: Database, *, keep: bool = True) -> AsyncIterator[AsyncConnection]:
    """A transaction beside which no other process migrates; ``keep`` false leaves no trace."""
    async with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = await connection.execution_options(begin_immediate=True)
        async with connection.begin() as transaction:
            if connection.dialect.name == "postgresql":
                await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7240031)")
            yield connection
            if not keep:
                await transaction.rollback()


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations up to one on an open connection, inside its transaction."""
    applied = applied_revision(connection)
    if applied == newest_revision() or (to != "head" and applied is not None and applied >= to):
        return
    # Here and not above: most starts find the tables as they should be.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def applied_revision(connection: Connection) -> str | None:
    """The last migration that was applied; None in an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def newest_revision() -> str:
    """The migration with the highest number."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))
