"""Logging staff in: what strangers can find out, what they can spoil, and what ends a session."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.app import create_api
from api.contract.callers import CALLER_HEADER
from api.contract.staff import BACKGROUND_HEADER, Login, StaffRole, StaffSession
from api.db.engine import Database
from api.db.migrate import migrate
from api.errors import LoginLockedError, LoginRefusedError, NotAuthenticatedError
from api.services import part_of
from api.staff import hashing
from api.staff.hashing import PasswordHashes
from api.staff.logins import SessionRules, StaffLogins
from api.staff.service import StaffService
from api.staff.tables import StaffRow
from api.staff.throttle import FORGOTTEN_AFTER, PAUSES

PASSWORD, OTHER = "演示的一句够长的话不难记", "演示的另一句够长的话也好记"
WRONG = "not the one they chose"
PAIR_TRIES, NAME_TRIES = 5, 50


class Clock:
    """The time as a test sets it."""

    def __init__(self) -> None:
        self.now = datetime.fromisoformat("2026-11-30T08:00:00+00:00")

    def __call__(self) -> datetime:
        return self.now

    def go_on(self, **by: float) -> None:
        self.now += timedelta(**by)


class Office:
    """Accounts and logins on one database, with passwords that are quickly checked."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock = database, clock
        hashes = PasswordHashes(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.staff = StaffService(database, clock, hashes)
        rules = SessionRules(life=timedelta(hours=10), idle=timedelta(minutes=30))
        self.logins = StaffLogins(database, clock, hashes, rules)
        self.other_process = StaffLogins(database, clock, hashes, rules)

    async def enter(
        self, password: str = PASSWORD, *, login: str = "zhang", caller: str = "here", device=None
    ) -> StaffSession:
        wanted = Login(login=login, password=password, device=device)
        return await self.logins.log_in(wanted, caller)

    async def fail(self, times: int = 1, **how: object) -> None:
        for _ in range(times):
            with pytest.raises(LoginRefusedError):
                await self.enter(WRONG, **how)


@pytest.fixture
async def office(database_url) -> AsyncIterator[Office]:
    database = Database(database_url)
    await migrate(database)
    made = Office(database, Clock())
    await made.staff.add("zhang", "演示经办", StaffRole.CLERK, PASSWORD)
    yield made
    await database.close()


@pytest.fixture
async def processes(settings, monkeypatch) -> AsyncIterator[list[FastAPI]]:
    """Two of them on one database, with an account."""
    monkeypatch.setattr(hashing, "PATIENCE_S", 60)  # however busy the machine is with tests
    apps = [create_api(settings, documents={}) for _ in range(2)]
    async with AsyncExitStack() as stack:
        for app in apps:
            await stack.enter_async_context(app.router.lifespan_context(app))
        await part_of(apps[0], StaffService).add("zhang", "演示经办", StaffRole.CLERK, PASSWORD)
        yield apps


@pytest.fixture
async def client_at(processes) -> AsyncIterator[Callable[..., httpx.AsyncClient]]:
    """Clients that ask from an address, without any token."""
    async with AsyncExitStack() as stack:

        async def client(address: str, process: int = 0, **headers: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(processes[process], client=(address, 1))
            made = httpx.AsyncClient(
                transport=transport, base_url="http://test", headers=headers, timeout=60
            )
            return await stack.enter_async_context(made)

        yield client


def bytes_below(folder: Path) -> bytes:
    """All that lies there: with SQLite the database and its write-ahead log."""
    return b"".join(path.read_bytes() for path in folder.rglob("*.db*"))


async def try_login(client, login="zhang", password=WRONG, **more) -> httpx.Response:
    body = {"login": login, "password": password, **more}
    return await client.post("/v1/staff/login", json=body)


async def outcomes(client) -> dict[str, int]:
    """What the process counted, for whoever watches it."""
    lines = (await client.get("/metrics")).text.splitlines()
    name = "chuangdai_staff_logins_total"
    found = [line.rpartition(" ") for line in lines if line.startswith(name)]
    return {labels.split('"')[1]: int(float(count)) for labels, _, count in found}


async def test_a_burst_of_guesses_gets_no_more_looked_at_than_one_after_another(client_at):
    clients = [await client_at("10.0.0.9", process=n) for n in (0, 1)]
    answers = await asyncio.gather(*(try_login(clients[n % 2]) for n in range(50)))
    counted = [await outcomes(client) for client in clients]
    right = await try_login(clients[0], password=PASSWORD)

    assert sum(each.get("refused", 0) for each in counted) == PAIR_TRIES
    assert sum(each.get("slowed", 0) for each in counted) == 50 - PAIR_TRIES
    assert {answer.status_code for answer in answers} == {401}
    assert right.json()["code"] == "login_refused"


async def test_a_stranger_sees_no_difference_between_unknown_wrong_and_slowed(client_at):
    async def ask(address: str, login: str) -> tuple[httpx.Response, float]:
        client = await client_at(address)
        started = time.perf_counter()
        answer = await try_login(client, login)
        return answer, time.perf_counter() - started

    for _ in range(PAIR_TRIES):
        await ask("10.0.0.1", "zhang")
    kinds = {
        "slowed": [await ask("10.0.0.1", "zhang") for _ in range(3)],
        "wrong": [await ask(f"10.0.1.{n}", "zhang") for n in range(3)],
        "unknown": [await ask(f"10.0.2.{n}", "nobody") for n in range(3)],
        "no login": [await ask(f"10.0.3.{n}", f"nobody\x00{n}") for n in range(3)],
    }
    answers = [answer for tries in kinds.values() for answer, _ in tries]
    seconds = [median(spent for _, spent in tries) for tries in kinds.values()]

    assert len({(a.status_code, a.text, tuple(sorted(a.headers.items()))) for a in answers}) == 1
    assert answers[0].json()["code"] == "login_refused"
    assert max(seconds) < 4 * min(seconds)


async def test_unknown_names_are_slowed_like_known_ones(client_at):
    client = await client_at("10.0.0.1")
    for _ in range(PAIR_TRIES + 2):
        await try_login(client, "nobody")

    assert await outcomes(client) == {"refused": PAIR_TRIES, "slowed": 2}


async def test_hammering_a_name_from_elsewhere_does_not_lock_its_owner_out(office):
    await office.fail(20, caller="stranger")

    assert (await office.enter(caller="owner")).staff.login == "zhang"


async def test_a_known_device_gets_in_whatever_strangers_do_to_the_name(office):
    device = (await office.enter()).device
    for number in range(NAME_TRIES + 5):
        await office.fail(caller=f"botnet {number}")
    await office.fail(10, caller="here")

    with pytest.raises(LoginRefusedError):
        await office.enter(caller="a new place")
    assert (await office.enter(device=device, caller="here")).device == device

    office.clock.go_on(seconds=PAUSES[0].total_seconds())
    assert await office.enter(caller="a new place")


async def test_a_device_is_known_for_its_own_account_only(office):
    await office.staff.add("li", "演示编审", StaffRole.EDITOR, OTHER)
    device = (await office.enter(OTHER, login="li")).device
    await office.fail(PAIR_TRIES, device=device)

    with pytest.raises(LoginRefusedError):
        await office.enter(device=device)


async def test_guessing_on_a_known_device_is_slowed_and_told_so(client_at):
    client = await client_at("10.0.0.1")
    device = (await try_login(client, password=PASSWORD)).json()["device"]
    wrong = [(await try_login(client, device=device)).json()["code"] for _ in range(PAIR_TRIES)]
    slowed = await try_login(client, password=PASSWORD, device=device)

    assert wrong == ["login_refused"] * PAIR_TRIES
    assert (slowed.status_code, slowed.json()["code"]) == (429, "login_locked")
    assert 0 < int(slowed.headers["retry-after"]) <= PAUSES[0].total_seconds()


async def test_pauses_grow_and_a_day_of_rest_ends_them(office):
    await office.fail(PAIR_TRIES)
    for pause in PAUSES:
        office.clock.go_on(seconds=pause.total_seconds() - 1)
        with pytest.raises(LoginRefusedError):
            await office.enter()
        office.clock.go_on(seconds=1)
        await office.fail()
    office.clock.go_on(seconds=FORGOTTEN_AFTER.total_seconds() + 1)
    await office.fail(PAIR_TRIES - 1)

    assert await office.enter()


async def test_a_right_password_clears_the_owners_mistakes(office):
    for _ in range(3):
        await office.fail(PAIR_TRIES - 1)
        assert await office.enter()


async def test_an_address_that_tries_many_names_has_to_wait(office):
    for number in range(30):
        await office.fail(login=f"guess{number}", caller="office")

    with pytest.raises(LoginRefusedError):
        await office.enter(caller="office")
    assert await office.enter(caller="elsewhere")


async def test_more_passwords_than_can_be_checked_are_put_off_and_not_counted(
    client_at, monkeypatch
):
    monkeypatch.setattr(hashing, "MOST_WAITING", 2)
    clients = [await client_at(f"10.0.0.{n}") for n in range(20)]
    answers = await asyncio.gather(*(try_login(client) for client in clients))
    busy = [n for n, answer in enumerate(answers) if answer.status_code == 503]
    again = [(await try_login(clients[busy[0]])).status_code for _ in range(PAIR_TRIES)]
    counted = await outcomes(clients[0])

    assert {answers[n].json()["code"] for n in busy} == {"overloaded"}
    assert all(int(answers[n].headers["retry-after"]) > 0 for n in busy)
    assert again == [401] * PAIR_TRIES
    assert counted == {"busy": len(busy), "refused": 20 - len(busy) + PAIR_TRIES}


async def test_who_a_channel_speaks_for_is_believed_only_with_the_service_token(
    processes, client_at
):
    token = {"Authorization": f"Bearer {processes[0].state.service_token}"}

    async def guess(times: int, headers: dict[str, str]) -> dict[str, int]:
        client = await client_at("10.0.0.1", **headers)
        before = await outcomes(client)
        for _ in range(times):
            await try_login(client)
        return {k: n - before.get(k, 0) for k, n in (await outcomes(client)).items()}

    await guess(PAIR_TRIES, {})
    claimed = await guess(1, {CALLER_HEADER: "address:made-up"})
    named = await guess(PAIR_TRIES + 1, {**token, CALLER_HEADER: "address:3f00"})
    other = await guess(1, {**token, CALLER_HEADER: "address:3f01"})

    assert (claimed["refused"], claimed["slowed"]) == (0, 1)
    assert named["refused"] == PAIR_TRIES
    assert other["refused"] == 1


async def test_a_session_is_new_at_each_login_and_ends_everywhere(office):
    first, second = await office.enter(), await office.enter()
    await office.other_process.who(first.token)
    await office.logins.log_out(first.token)

    assert first.token != second.token
    for process in (office.logins, office.other_process):
        with pytest.raises(NotAuthenticatedError):
            await process.who(first.token)
        assert (await process.who(second.token)).login == "zhang"


async def test_a_session_ends_unused_and_after_a_working_day(office):
    idle, used, watched = [await office.enter() for _ in range(3)]
    for _ in range(10 * 60 // 20 - 1):
        office.clock.go_on(minutes=20)
        await office.other_process.who(used.token)
        if office.clock.now < used.expires_at - timedelta(hours=9.4):
            await office.logins.who(watched.token, is_active=False)
    for session in (idle, watched):
        with pytest.raises(NotAuthenticatedError):
            await office.logins.who(session.token)
    await office.logins.who(used.token)
    office.clock.go_on(minutes=20)

    with pytest.raises(NotAuthenticatedError):
        await office.logins.who(used.token)


async def test_a_page_that_looks_by_itself_does_not_keep_a_session(settings):
    clock = Clock()
    app = create_api(settings, documents={}, now=clock)
    async with app.router.lifespan_context(app):
        await part_of(app, StaffService).add("zhang", "演示经办", StaffRole.CLERK, PASSWORD)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            tokens = [(await try_login(client, password=PASSWORD)).json()["token"] for _ in "12"]
            watched, used = ({"Authorization": f"Bearer {token}"} for token in tokens)
            for _ in range(4):
                clock.go_on(minutes=settings.staff_idle_minutes / 3)
                by_itself = {**watched, BACKGROUND_HEADER: "1"}
                looked = await client.get("/v1/staff/me", headers=by_itself)
                worked = await client.get("/v1/staff/me", headers=used)

    assert (looked.status_code, worked.status_code) == (401, 200)


async def test_a_new_password_ends_sessions_and_known_devices(office):
    session = await office.enter()
    await office.fail(NAME_TRIES // 2, caller="stranger")
    await office.fail(PAIR_TRIES)
    await office.staff.reset("zhang", OTHER)

    with pytest.raises(NotAuthenticatedError):
        await office.logins.who(session.token)
    await office.fail(2, device=session.device)
    renewed = await office.enter(OTHER, device=session.device)
    assert renewed.device != session.device


async def test_a_removed_member_of_staff_is_out_and_stays_out(office):
    session = await office.enter()
    await office.staff.remove("zhang")

    with pytest.raises(NotAuthenticatedError):
        await office.logins.who(session.token)
    with pytest.raises(LoginRefusedError):
        await office.enter(device=session.device)
    assert [account.is_removed for account in await office.staff.accounts()] == [True]


async def test_the_list_tells_last_logins_and_whose_name_is_tried(office):
    await office.staff.add("li", "演示编审", StaffRole.EDITOR, OTHER)
    await office.enter()
    await office.fail(PAIR_TRIES, login="li", caller="stranger")
    accounts = {account.staff.login: account for account in await office.staff.accounts()}

    assert accounts["zhang"].last_login_at == office.clock.now
    assert accounts["li"].last_login_at is None
    assert (accounts["zhang"].is_slowed, accounts["li"].is_slowed) == (False, True)


async def test_no_name_address_or_token_is_kept_in_clear(office, tmp_path):
    session = await office.enter(caller="10.9.8.7")
    await office.fail(3, login="somebody-else", caller="10.9.8.7")
    kept = bytes_below(tmp_path)

    for secret in (session.token, session.device, "somebody-else", "10.9.8.7", PASSWORD):
        assert secret.encode() not in kept


async def test_accounts_with_a_short_password_can_still_log_in(office):
    async with office.database.writing() as session:
        row = await session.get(StaffRow, "zhang")
        row.password_hash = PasswordHasher().hash("1234567890")

    assert await office.enter("1234567890")


async def test_a_device_that_long_nobody_used_is_forgotten(office):
    device = (await office.enter()).device
    office.clock.go_on(days=181)
    await office.fail(PAIR_TRIES, device=device)

    with pytest.raises(LoginRefusedError):
        await office.enter(device=device)


async def test_guesses_on_a_device_do_not_run_ahead_either(office):
    device = (await office.enter()).device
    tries = [office.enter(WRONG, device=device) for _ in range(30)]
    ended = await asyncio.gather(*tries, return_exceptions=True)

    assert sum(isinstance(error, LoginRefusedError) for error in ended) == PAIR_TRIES
    assert sum(isinstance(error, LoginLockedError) for error in ended) == 30 - PAIR_TRIES
