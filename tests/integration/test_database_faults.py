"""What real databases raise when they cannot, told as errors with a sentence."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import IntegrityError

from api.db.engine import Database
from api.db.faults import faults_told
from api.db.retrying import retried
from api.errors import (
    DatabaseDamagedError,
    DatabaseRefusedError,
    DatabaseUnreachableError,
    DataNotWritableError,
    DiskFullError,
    StorageBusyError,
    TransactionLostError,
)

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
async def database(database_url):
    database = Database(database_url, busy_timeout_ms=100)
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE kept (id INTEGER PRIMARY KEY, n INTEGER)"))
        await session.execute(text("INSERT INTO kept VALUES (1, 0), (2, 0)"))
    yield database
    await database.close()


async def kept(database: Database) -> list[int]:
    async with database.reading() as session:
        return list(await session.scalars(text("SELECT n FROM kept ORDER BY id")))


async def add(database: Database, id_: int) -> None:
    async with database.writing() as session:
        await session.execute(text("UPDATE kept SET n = n + 1 WHERE id = :id"), {"id": id_})


@on_sqlite
async def test_a_full_disk_is_told_and_keeps_what_was_kept(database):
    async def fill() -> None:
        async with database.writing() as session:
            await session.execute(text("PRAGMA max_page_count = 8"))
            await session.execute(text("UPDATE kept SET n = 7"))
            for _ in range(40):
                await session.execute(text("INSERT INTO kept (n) SELECT 1 FROM kept LIMIT 900"))

    with pytest.raises(DiskFullError):
        await fill()
    assert database.fault.code == "disk_full"
    assert await kept(database) == [0, 0]

    await add(database, 1)
    assert database.fault is None


@on_sqlite
async def test_a_file_that_is_no_database_is_told_as_damaged(tmp_path, database_url):
    path = tmp_path / "other.db"
    path.write_bytes(b"no database at all " * 500)

    with pytest.raises(DatabaseDamagedError):
        await kept(Database(f"sqlite+aiosqlite:///{path}"))


async def test_a_table_that_is_gone_is_told_as_damage(database):
    async with database.writing() as session:
        await session.execute(text("DROP TABLE kept"))

    with pytest.raises(DatabaseDamagedError):
        await kept(database)
    with pytest.raises(DatabaseDamagedError):
        await add(database, 1)


def test_a_database_that_may_only_be_read_is_told(tmp_path):
    path = tmp_path / "kept.db"
    sqlite3.connect(path).execute("CREATE TABLE kept (n)").connection.close()
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)

    with pytest.raises(DataNotWritableError), faults_told():
        connection.execute("INSERT INTO kept VALUES (1)")
    connection.close()


@on_sqlite
async def test_a_writer_of_another_process_is_waited_for_a_while_and_then_told(
    database, database_url, tmp_path
):
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with pytest.raises(StorageBusyError):
        await add(database, 1)
    assert await kept(database) == [0, 0]

    other.execute("ROLLBACK")
    other.close()
    await add(database, 1)
    assert await kept(database) == [1, 0]


@on_postgresql
async def test_two_transactions_that_wait_for_each_other_are_both_done(database):
    met = asyncio.Barrier(2)
    tries = 0

    @retried
    async def change(first: int, then: int) -> None:
        nonlocal tries
        tries += 1
        async with database.writing() as session:
            for id_ in (first, then):
                statement = text("UPDATE kept SET n = n + 1 WHERE id = :id")
                await session.execute(statement, {"id": id_})
                if tries <= 2 and id_ == first:
                    await met.wait()

    await asyncio.gather(change(1, 2), change(2, 1))

    assert tries == 3
    assert await kept(database) == [2, 2]


@on_postgresql
async def test_what_always_loses_is_told_as_too_much_asked_at_once(database):
    @retried
    async def lose() -> None:
        async with database.writing() as session:
            await session.execute(text("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"))

    with pytest.raises(TransactionLostError) as told:
        await lose()
    assert told.value.code == "overloaded"


@on_postgresql
@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("SET statement_timeout = 50; SELECT pg_sleep(5)", StorageBusyError),
        ("SELECT pg_terminate_backend(pg_backend_pid())", DatabaseUnreachableError),
        ("DO $$ BEGIN RAISE SQLSTATE '53100'; END $$", DiskFullError),
        ("DO $$ BEGIN RAISE SQLSTATE '53300'; END $$", StorageBusyError),
        ("DO $$ BEGIN RAISE SQLSTATE '25006'; END $$", DataNotWritableError),
    ],
)
async def test_what_a_server_says_is_told_by_its_kind(database, statement, kind):
    async def ask() -> None:
        async with database.reading() as session:
            await session.execute(text(statement))

    with pytest.raises(kind):
        await ask()
    assert await kept(database) == [0, 0]  # the next connection is a good one


@on_postgresql
@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({"database": "no_such"}, DatabaseRefusedError),
        ({"username": "nobody"}, DatabaseRefusedError),
        ({"query": {"host": "/nowhere"}}, DatabaseUnreachableError),
        ({"drivername": "postgresql+asyncpg"}, DatabaseRefusedError),
        ({"drivername": "oracle"}, DatabaseRefusedError),
    ],
)
async def test_an_address_that_does_not_lead_in_is_told(database_url, changed, kind):
    address = make_url(database_url).set(**changed).render_as_string(hide_password=False)

    with pytest.raises(kind) as told:
        await kept(Database(address))
    assert "nobody" not in str(told.value)


@pytest.mark.parametrize("address", ["", "data/chuangdai.db", "mysql://somewhere"])
def test_an_address_that_is_none_is_told(address):
    with pytest.raises(DatabaseRefusedError):
        Database(address)


async def test_a_row_that_breaks_a_rule_is_no_fault_of_storage(database):
    with pytest.raises(IntegrityError) as raised:
        async with database.writing() as session:
            await session.execute(text("INSERT INTO kept VALUES (:id, 41)"), {"id": 1})

    assert database.fault is None
    assert "41" not in str(raised.value.params or "")


async def test_writers_take_turns_in_the_order_they_came(database):
    done: list[int] = []

    async def write(number: int) -> None:
        async with database.writing() as session:
            await session.execute(text("UPDATE kept SET n = n + 1 WHERE id = 1"))
            await asyncio.sleep(0.002)
        done.append(number)

    await asyncio.gather(*(write(number) for number in range(40)))

    assert (await kept(database))[0] == 40
    if database.is_sqlite:
        assert done == sorted(done)


@on_sqlite
async def test_reading_goes_on_while_somebody_writes(database):
    async with database.writing() as session:
        await session.execute(text("UPDATE kept SET n = 5"))
        async with asyncio.timeout(1):
            assert await kept(database) == [0, 0]


@on_sqlite
async def test_who_waits_too_long_for_its_turn_is_told(database, monkeypatch):
    monkeypatch.setattr("api.db.engine.QUEUE_S", 0.05)
    async with database.writing():
        with pytest.raises(StorageBusyError):
            await add(database, 1)
    await add(database, 1)

    assert await kept(database) == [1, 0]
