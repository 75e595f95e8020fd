"""The server killed again and again amid its work: what was acknowledged is there, once.

Who hears nothing says the same again, as clients do: with the same event id, the same
Idempotency-Key, the same file. ``CHUANGDAI_KILL_ROUNDS`` sets how often it is killed.
"""

import asyncio
import hashlib
import itertools
import os
import random
import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from api.db.engine import Database
from tests.e2e.person import ANSWERS, Person
from tests.factories import id_number, personal_answers
from tests.fakes.running_server import COMMAND, RunningServer
from tests.fakes.sample_policy import SamplePolicy, plain_lines

ROUNDS = int(os.environ.get("CHUANGDAI_KILL_ROUNDS", "3"))
PASSWORD = "ein-langes-Kennwort-演示-7"
PATIENCE_S = 180
PASSING = (409, 502, 503, 507)
RECEIPT = re.compile(r"受理编号：(CD[\w-]+)")


@dataclass
class Ledger:
    """What clients were told is kept."""

    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    attachments: dict[str, set[str]] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    receipts_of_chats: list[tuple[str, str]] = field(default_factory=list)
    files: set[str] = field(default_factory=set)
    repeated: Counter[str] = field(default_factory=Counter)


class World:
    """One server, its clients and their ledger."""

    def __init__(self, server: RunningServer, client: httpx.AsyncClient, seed: int) -> None:
        self.server, self.client, self.ledger = server, client, Ledger()
        self.random = random.Random(seed)
        self.serials = itertools.count(1)
        self.is_over = False

    async def told(self, send: Callable[[], Awaitable[Any]]) -> Any:
        """Say something until it is answered, whatever happens to the server."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                try:
                    return await send()
                except httpx.TransportError as error:
                    self.ledger.repeated[type(error).__name__] += 1
                    await asyncio.sleep(0.1)
                except NotNowError as error:
                    self.ledger.repeated[str(error)] += 1
                    await asyncio.sleep(0.1)

    async def request(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        """The same over HTTP; returns what is answered."""

        async def send() -> dict[str, Any]:
            response = await self.client.request(method, path, **request)
            if response.status_code in PASSING:
                raise NotNowError(response.json()["code"])
            assert response.is_success, f"{method} {path}: {response.text}"
            return response.json()

        return await self.told(send)


class NotNowError(Exception):
    """The server asks to come again."""


class PatientPerson(Person):
    """Repeats a message, with the same event id, until there is an answer."""

    def __init__(self, world: World) -> None:
        super().__init__(world.client)
        self._world, self._events = world, itertools.count(1)

    async def say(self, text: str | None = None, **said: Any) -> str:
        event_id = str(next(self._events))

        async def send() -> str:
            try:
                return await super(PatientPerson, self).say(text, event_id=event_id, **said)
            except AssertionError as error:
                refusal = re.search(r'"status":(\d+).*"code":"(\w+)"', str(error))
                if refusal is None or int(refusal[1]) not in PASSING:
                    raise
                raise NotNowError(refusal[2]) from None

        return await self._world.told(send)


async def chat(world: World) -> None:
    """People who apply by talking."""
    while not world.is_over:
        serial = next(world.serials)
        phone = f"1380000{serial:04d}"
        answers = {**ANSWERS, "id_number": id_number(serial), "phone": phone}
        person = PatientPerson(world)
        await person.say("山东个人最多能贷多少")
        await person.say("我要申请")
        await person.fill(answers)
        receipt = RECEIPT.search(await person.say("提交"))
        assert receipt is not None, person.replies
        world.ledger.receipts_of_chats.append((receipt[1], phone[-4:]))


async def apply(world: World) -> None:
    """Programs that apply over the API, with files."""
    ledger = world.ledger
    while not world.is_over:
        serial = next(world.serials)
        opened = await world.request(
            "POST", "/v1/applications", json={"form": "personal", "channel": "http"}
        )
        id_, headers = opened["id"], {"Authorization": f"Bearer {opened['token']}"}
        path = f"/v1/applications/{id_}"
        ledger.tokens[id_], ledger.answers[id_], ledger.attachments[id_] = (
            opened["token"],
            {},
            set(),
        )
        answers = personal_answers(serial)
        consent = {"consent_version": opened["form_version"], "answers": {}}
        answers.pop("consent")
        form = await world.request("GET", "/v1/forms/personal")
        consent["consent_version"] = form["consent_version"]
        await world.request("PATCH", path, json=consent, headers=headers)
        names = list(answers)
        for part in (names[:6], names[6:12], names[12:]):
            change = {name: answers[name] for name in part}
            await world.request("PATCH", path, json={"answers": change}, headers=headers)
            ledger.answers[id_] |= change
        for number in range(2):
            file = b"%PDF-1.7 " + f"{serial}-{number} ".encode() * 20_000
            kept = await world.request("POST", f"{path}/attachments", content=file, headers=headers)
            ledger.attachments[id_].add(kept["id"])
        submission = {"headers": {**headers, "Idempotency-Key": f"key-{serial}"}}
        told = await world.request("POST", f"{path}/submission", **submission)
        again = await world.request("POST", f"{path}/submission", **submission)
        assert told["receipt"] == again["receipt"]
        ledger.receipts[id_] = told["receipt"]


async def upload(world: World) -> None:
    """A member of staff who hands documents in."""
    body = {"login": "editor", "password": PASSWORD}
    session = await world.request("POST", "/v1/staff/login", json=body)
    headers = {"Authorization": f"Bearer {session['token']}"}
    for number in itertools.count(1):
        if world.is_over:
            return
        policy = SamplePolicy(number=f"济演发〔2023〕{number}号", limit=f"{10 + number}万元")
        content = "\n".join(plain_lines(policy)).encode()
        files = {"file": (f"notice-{number}.txt", content)}
        await world.request("POST", "/v1/staff/ingestions", files=files, headers=headers)
        world.ledger.files.add(hashlib.sha256(content).hexdigest())
        await asyncio.sleep(world.random.uniform(0, 6))


async def kill(world: World) -> None:
    """End the server without a warning, at any moment, also while it starts."""
    for _ in range(ROUNDS):
        await asyncio.sleep(world.random.uniform(0.2, 4))
        await asyncio.to_thread(world.server.kill)
        if world.random.random() < 0.3:
            world.server.launch()
            await asyncio.sleep(world.random.uniform(0.2, 2))
            await asyncio.to_thread(world.server.kill)
        await asyncio.to_thread(world.server.start)
    await asyncio.sleep(1)
    world.is_over = True


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    seed = random.SystemRandom().randrange(10**6)
    environment = {"CHUANGDAI_VECTORS": "false", "CHUANGDAI_STAFF_PASSWORD": PASSWORD}
    if database_url.startswith("postgresql"):
        environment["CHUANGDAI_DATABASE_URL"] = database_url
    server = RunningServer(tmp_path / "data", command="api", **environment)
    add = ["staff", "add", "editor", "--role", "editor", "--data-dir", str(server.data_dir)]
    made = {**os.environ, **environment}
    await asyncio.to_thread(subprocess.run, [COMMAND, *add], env=made, check=True)
    await asyncio.to_thread(server.start)
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        yield World(server, client, seed)
    await asyncio.to_thread(server.stop)


async def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed(
    world, database_url, capsys
):
    works = [chat, chat, chat, apply, apply, apply, upload, kill]
    async with asyncio.TaskGroup() as all_:
        for work in works:
            all_.create_task(work(world))

    is_sqlite = database_url.startswith("sqlite")
    here = f"sqlite+aiosqlite:///{world.server.data_dir / 'chuangdai.db'}"
    database = Database(here if is_sqlite else database_url)
    found = await find(world, database)
    await database.close()

    with capsys.disabled():
        show(
            found,
            f"{'SQLite' if is_sqlite else 'PostgreSQL'}, {ROUNDS} rounds, "
            f"said again: {dict(world.ledger.repeated)}",
        )
    for what, (acknowledged, there) in found.items():
        assert acknowledged == there, what
        assert acknowledged > 0, what
    assert "incident" not in world.server.log()


async def find(world: World, database: Database) -> dict[str, tuple[int, int]]:
    """How much was acknowledged of each kind, and how much of it is there, once."""
    ledger, views = world.ledger, {}
    for id_, token in ledger.tokens.items():
        headers = {"Authorization": f"Bearer {token}"}
        views[id_] = await world.request("GET", f"/v1/applications/{id_}", headers=headers)
    service = (world.server.data_dir / "keys" / "service_token").read_text().strip()
    chats = 0
    for receipt, last4 in ledger.receipts_of_chats:
        view = await world.request(
            "GET",
            "/v1/applications/by-receipt",
            params={"receipt": receipt, "phone_last4": last4},
            headers={"Authorization": f"Bearer {service}"},
        )
        chats += view["receipt"] == receipt and view["status"] == "submitted"
    receipts, attachments = await _rows(database)
    told = [*ledger.receipts.values(), *(receipt for receipt, _ in ledger.receipts_of_chats)]
    return {
        "drafts opened": (len(ledger.tokens), len(views)),
        "answers kept": (
            sum(len(answers) for answers in ledger.answers.values()),
            sum(
                _is_kept(views[id_]["answers"].get(name), value)
                for id_, answers in ledger.answers.items()
                for name, value in answers.items()
            ),
        ),
        "files attached": (
            sum(len(ids) for ids in ledger.attachments.values()),
            sum(
                (world.server.data_dir / "attachments" / id_).is_file()
                for application, id_ in attachments
                if id_ in ledger.attachments[application]
            ),
        ),
        "files attached, rows": (
            sum(len(ids) for ids in ledger.attachments.values()),
            len(attachments),
        ),
        "applications handed in": (
            len(ledger.receipts),
            sum(views[id_]["receipt"] == receipt for id_, receipt in ledger.receipts.items()),
        ),
        "applications handed in by talking": (len(ledger.receipts_of_chats), chats),
        "receipts in all": (len(set(told)), len(receipts)),
        "documents handed in": (len(ledger.files), await _documents(world, database)),
    }


async def _rows(database: Database) -> tuple[list[str], list[tuple[str, str]]]:
    async with database.reading() as session:
        receipts = await session.scalars(
            text("SELECT receipt FROM applications WHERE receipt IS NOT NULL")
        )
        rows = await session.execute(text("SELECT application_id, id FROM attachments"))
        return list(receipts), [(application, id_) for application, id_ in rows]


async def _documents(world: World, database: Database) -> int:
    """Files that became documents, or were set aside with a reason; waited for."""
    data_dir, files = world.server.data_dir, world.ledger.files
    for _ in range(PATIENCE_S + 15 * len(files)):
        if not list((data_dir / "handed_in").glob("*/order.json")):
            break
        await asyncio.sleep(1)
    async with database.reading() as session:
        hashes = list(await session.scalars(text("SELECT content_hash FROM document_files")))
    set_aside = data_dir / "quarantine"
    return sum(
        hashes.count(file) + (set_aside / f"{file[:16]}.json").exists() == 1 for file in files
    )


def _is_kept(shown: Any, given: Any) -> bool:
    """Personal values are shown masked, an empty one not at all."""
    if given == "":
        return not shown
    return shown == given or (isinstance(shown, str) and "*" in shown)


def show(found: dict[str, tuple[int, int]], title: str) -> None:
    table = Table("", "acknowledged", "found", title=title)
    for what, counts in found.items():
        table.add_row(what, *map(str, counts))
    Console().print(table)
