"""Brings a database to the tables of this version."""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from api.db.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(database: Database) -> None:
    """Apply the migrations that are missing; safe to run twice and by two processes."""
    async with database.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            connection = await connection.execution_options(begin_immediate=True)
        async with connection.begin():
            if connection.dialect.name == "postgresql":
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


def _is_current(connection: Connection) -> bool:
    """Whether the newest migration, the one with the highest number, has been applied."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    newest = max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("0*.py"))
    applied = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return bool(applied == newest)
