"""What the server writes into its log while people and strangers use it, at the finest level."""

import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.e2e.person import ANSWERS, Person
from tests.fakes.browser import BrowserPage, open_browser
from tests.fakes.running_server import RunningServer
from tests.fakes.telegram_server import TOKEN, TelegramServer

NAME, ID_NUMBER, PHONE = "孔令强", "370811199001011239", "13812345678"
MARKED = {**ANSWERS, "name": NAME, "id_number": "11010519491231002X", "phone": PHONE}
SECRETS = (
    NAME,
    ID_NUMBER,
    PHONE,
    MARKED["id_number"],
    MARKED["business_name"],
    TOKEN,
    TOKEN.partition(":")[2],
    "后铺村",
    "a-secret-value",
    "client_id",
    "not the password",
)


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    server = TelegramServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def server(tmp_path, telegram) -> Iterator[RunningServer]:
    running = RunningServer(
        tmp_path / "data",
        CHUANGDAI_LOG_LEVEL="DEBUG",
        CHUANGDAI_VECTORS="false",
        CHUANGDAI_BOT_TELEGRAM_TOKEN=TOKEN,
        CHUANGDAI_BOT_TELEGRAM_API=telegram.url,
    ).start()
    yield running
    running.stop()


@pytest.fixture
async def http(server) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        yield client


async def apply(http: httpx.AsyncClient) -> str:
    """An application in the chat, to the receipt; the conversation's id, its only key."""
    person = Person(http)
    await person.say(f"我叫{NAME}，身份证{ID_NUMBER}，家住任城区李营街道后铺村，能贷多少")
    await person.say("我要申请")
    await person.fill(MARKED)
    assert "受理编号" in await person.say("提交")
    assert person.conversation_id is not None
    return person.conversation_id


async def provoke(http: httpx.AsyncClient, conversation: str) -> None:
    """Everything that makes libraries talk: misses, refusals, faults."""
    query = {"place": "a-secret-value", "phone_last4": "a-secret-value"}
    for path in ("/nowhere", "/v1/nowhere", "/v1/branches/nearest", "/v1/applications/by-receipt"):
        await http.get(path, params=query)
    await http.get(f"/v1/conversations/http:{conversation}")
    login = {"login": NAME, "password": "not the password"}
    await http.post("/v1/staff/login", json=login)
    await http.post(
        "/v1/answers", json={"question": f"{NAME}\x00{PHONE}", "as_of": "a-secret-value"}
    )
    await http.post("/v1/messages", content=b"{a-secret-value")


def break_the_database(data: Path) -> None:
    """From now on every conversation ends in an error whose parameters are personal."""
    with closing(sqlite3.connect(data / "chuangdai.db", timeout=10)) as database:
        database.execute("ALTER TABLE questions RENAME TO gone")
        # A missing table is told as such; a missing column is an error nobody foresaw.
        database.execute("ALTER TABLE conversations RENAME COLUMN state TO gone_too")
        database.commit()


async def test_nothing_of_a_person_a_session_or_a_query_is_in_the_log(
    server, http, telegram, tmp_path
):
    conversation = await apply(http)
    await provoke(http, conversation)
    update = telegram.message(text=f"我叫{NAME}，电话{PHONE}")
    telegram.put(update)
    await telegram.wait_for(lambda: any(name == "sendMessage" for name, _ in telegram.calls))
    with open_browser("desktop") as driver:
        page = BrowserPage(driver, f"{server.url}/?a-secret-value=1", "desktop")
        driver.get(page.url)
        page.wait_for(lambda: "我要申请" in page.text())  # its websocket is open
    break_the_database(tmp_path / "data")
    failed = await http.post("/v1/messages", json={"conversation_id": conversation, "text": NAME})
    await http.post("/v1/answers", json={"question": f"我叫{NAME}，能贷多少"})
    server.stop()
    written = (tmp_path / "data" / "server.log").read_text("utf-8")
    lines = [json.loads(line) for line in written.splitlines()]

    assert failed.status_code >= 500
    assert any("serving on" in line["event"] for line in lines)
    assert any("incident" in line["event"] for line in lines)
    assert [secret for secret in (*SECRETS, conversation) if secret in written] == []
