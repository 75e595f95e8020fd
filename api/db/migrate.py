"""Brings a database to the tables of this version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from api.db.engine import Database


async def migrate(database: Database) -> None:
    """Apply the migrations that are missing; safe to run twice and by two processes."""
    async with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = await connection.execution_options(begin_immediate=True)
        async with connection.begin():
            if connection.dialect.name == "postgresql":
                await connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7240031)")
            await connection.run_sync(upgrade)


def upgrade(connection: Connection) -> None:
    """Run the migrations on an open connection, inside its transaction."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
