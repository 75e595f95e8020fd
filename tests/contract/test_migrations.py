"""The migrations make exactly the tables that the code uses, on both databases."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from api.db.engine import Database
from api.db.migrate import migrate
from api.db.tables import metadata


def differences(connection: Connection) -> list:
    return compare_metadata(MigrationContext.configure(connection), metadata)


async def test_migrations_match_tables(database_url):
    database = Database(database_url)
    await migrate(database)
    await migrate(database)

    async with database.engine.connect() as connection:
        found = await connection.run_sync(differences)
    await database.close()

    assert found == []


@pytest.fixture(autouse=True)
def _quiet(caplog):
    caplog.set_level("WARNING", "alembic")
