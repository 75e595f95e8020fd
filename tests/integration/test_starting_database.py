"""What stands where the database should be, at the start: told, or made anew, never made worse."""

import asyncio
import shutil
import sqlite3

import httpx
import pytest
from sqlalchemy import func, select, text

from api.app import create_api
from api.branches.setup import branch_service, load_branches
from api.branches.tables import BranchChangeRow, BranchRow
from api.db.engine import Database
from api.db.migrate import look_at, migrate
from api.documents.registry import DocumentRegistry
from api.errors import DatabaseDamagedError, DatabaseTooNewError
from api.metrics import Metrics
from api.settings import ApiSettings
from api.work import WorkPool
from knowledge.kit.clock import utc_now

FILES = ("", "-wal", "-shm")


async def start(url: str) -> None:
    database = Database(url)
    try:
        await migrate(database)
        async with database.reading() as session:
            await session.execute(text("SELECT count(*) FROM applications"))
    finally:
        await database.close()


async def drop(url: str, table: str) -> None:
    """Take a table away with all that refers to it, as somebody at the database might."""
    database = Database(url)
    async with database.engine.begin() as connection:
        if database.is_sqlite:
            await connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        await connection.exec_driver_sql(
            f"DROP TABLE {table}{'' if database.is_sqlite else ' CASCADE'}"
        )
    await database.close()


def rows_written(path) -> sqlite3.Connection:
    """A database in use: what was written last lies in its journal."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE notes (text)")
    connection.executemany("INSERT INTO notes VALUES (?)", [("演示" * 200,)] * 500)
    connection.commit()
    return connection


@pytest.fixture
async def path(tmp_path):
    path = tmp_path / "chuangdai.db"
    await start(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture
def url(path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def emptied(path):
    path.write_bytes(b"")


def cut_short(path):
    path.write_bytes(path.read_bytes()[:100_000])


def overwritten(path):
    path.write_bytes(b"no database at all " * 5000)


def of_another_program(path):
    path.unlink()
    rows_written(path).close()


def gone_but_for_its_journal(path):
    in_use = rows_written(path)
    shutil.copy(f"{path}-wal", f"{path}-kept")
    in_use.close()
    path.unlink()
    shutil.move(f"{path}-kept", f"{path}-wal")


def with_the_journal_of_another(path):
    other = path.with_name("other.db")
    in_use = sqlite3.connect(other)
    in_use.execute("PRAGMA journal_mode = WAL")
    journal = rows_written(other)
    shutil.copy(f"{other}-wal", f"{path}-wal")
    journal.close()
    in_use.close()


@pytest.mark.parametrize(
    "damage",
    [
        emptied,
        cut_short,
        overwritten,
        of_another_program,
        gone_but_for_its_journal,
        with_the_journal_of_another,
    ],
)
async def test_a_damaged_database_is_told_and_left_as_it_is(path, url, damage):
    damage(path)
    before = {f: f.read_bytes() for f in path.parent.glob("chuangdai.db*") if f.suffix != ".db-shm"}

    with pytest.raises(DatabaseDamagedError):
        await start(url)
    with pytest.raises(DatabaseDamagedError):
        await look_at(url)

    assert {f: f.read_bytes() for f in before if f.exists()} == before


@pytest.mark.parametrize("table", ["applications", "tallies", "data_keys"])
async def test_a_table_dropped_by_hand_is_told_by_name(database_url, table):
    await start(database_url)
    await drop(database_url, table)

    with pytest.raises(DatabaseDamagedError, match=f"no table {table}"):
        await start(database_url)
    with pytest.raises(DatabaseDamagedError, match=f"no table {table}"):
        await look_at(database_url)


async def test_a_table_dropped_while_serving_makes_it_not_ready_and_is_a_503(
    database_url, tmp_path
):
    settings = ApiSettings(data_dir=tmp_path / "data", database_url=database_url)
    app = create_api(settings, documents={})
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        before = (await client.get("/readyz")).status_code
        await drop(database_url, "applications")
        ready = await client.get("/readyz")
        draft = await client.post("/v1/applications", json={"form": "personal"})

    assert before == 200
    for answer in (ready, draft):
        assert answer.status_code == 503
        assert answer.json()["code"] == "database_damaged"


async def test_a_journal_left_by_a_crash_is_taken_over(path, url):
    in_use = sqlite3.connect(path)
    in_use.execute("UPDATE branch_registry SET revision = 7")
    in_use.commit()
    crashed = path.parent / "crashed"
    crashed.mkdir()
    for suffix in FILES:
        shutil.copy(f"{path}{suffix}", crashed)
    in_use.close()

    await start(f"sqlite+aiosqlite:///{crashed / path.name}")

    with sqlite3.connect(crashed / path.name) as there:
        assert there.execute("SELECT revision FROM branch_registry").fetchone() == (7,)
    there.close()


async def test_a_database_of_a_newer_version_is_told_and_left_as_it_is(database_url):
    await start(database_url)
    database = Database(database_url)
    async with database.writing() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    with pytest.raises(DatabaseTooNewError):
        await start(database_url)
    async with database.reading() as session:
        assert await session.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    await database.close()


async def test_a_first_start_that_is_killed_leaves_no_half_a_database(tmp_path, monkeypatch):
    def die(connection: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("api.db.migrate.upgrade", die)
    with pytest.raises(KeyboardInterrupt):
        await start(f"sqlite+aiosqlite:///{tmp_path / 'chuangdai.db'}")

    assert [path for path in tmp_path.iterdir() if path.suffix != ".lock"] == []


async def test_looking_at_a_database_makes_none(tmp_path):
    assert await look_at(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'chuangdai.db'}") is False
    assert not (tmp_path / "data" / "chuangdai.db").exists()


async def test_processes_that_start_at_once_on_nothing_all_start(database_url, tmp_path):
    settings = ApiSettings(data_dir=tmp_path / "data", database_url=database_url)
    documents = [f"document-{number}" for number in range(300)]

    await start(database_url)
    work = WorkPool(settings, Metrics())

    async def begin() -> None:
        database = Database(database_url)
        await DocumentRegistry(database, utc_now).enrol(documents)
        branches = branch_service(database, settings, utc_now, work)
        await load_branches(branches, database, settings, utc_now)
        await database.close()

    await asyncio.gather(*(begin() for _ in range(4)))
    work.close()

    database = Database(database_url)
    async with database.reading() as session:
        branches = await session.scalar(select(func.count()).select_from(BranchRow))
        changes = await session.scalar(select(func.count()).select_from(BranchChangeRow))
    await database.close()
    assert branches == changes > 0
