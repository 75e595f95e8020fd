"""The migrations make exactly the tables that the code uses, on both databases."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from pydantic import TypeAdapter
from sqlalchemy import Connection, text

from api.contract.ids import BranchId
from api.db.engine import Database
from api.db.migrate import MIGRATIONS, migrate
from api.tables import metadata


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


def upgrade_to(connection: Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


BRANCH = (
    "INSERT INTO branches (id, bank, name, address, region, services, data_date, source,"
    " is_sample, state, moved_to, revision) VALUES (:id, '演示', '演示', '演示', '370811', '[]',"
    " '2026-11-01', '演示', false, 'open', :moved_to, 3)"
)
APPLICATION = (
    "INSERT INTO applications (id, form, form_version, product, status, channel, token_hash,"
    " answers, personal, reasons, created_at, updated_at) VALUES ('a', 'personal', '1', 'p',"
    " 'draft', 'web', 'h', :answers, '', '[]', '2026-11-01', '2026-11-01')"
)


async def test_branches_under_what_is_no_id_get_one_wherever_they_are_named(database_url):
    database = Database(database_url)
    async with database.engine.begin() as connection:
        await connection.run_sync(upgrade_to, "0004")
        for id_, moved_to in (("demo-001", None), ("a/../b?", None), ("old", "a/../b?")):
            await connection.execute(text(BRANCH), {"id": id_, "moved_to": moved_to})
        await connection.execute(text(APPLICATION), {"answers": '{"branch": "a/../b?"}'})
        await connection.execute(text("UPDATE branch_registry SET revision = 3"))

    await migrate(database, "0005")

    async with database.engine.connect() as connection:
        query = text("SELECT id, moved_to, revision FROM branches ORDER BY id")
        branches = {row.id: (row.moved_to, row.revision) for row in await connection.execute(query)}
        answers = (await connection.execute(text("SELECT answers FROM applications"))).scalar()
    await database.close()
    (new,) = branches.keys() - {"demo-001", "old"}
    assert TypeAdapter(BranchId).validate_python(new) == new
    assert branches == {"demo-001": (None, 3), new: (None, 4), "old": (new, 4)}
    assert new in str(answers)
