"""The map as Telegram opens it: who is believed, and what comes back to the chat."""

import hashlib
import hmac
import json
import time
from urllib.parse import quote, urlencode

import pytest
from selenium.webdriver.common.by import By

from api.services import part_of
from bot.channels.telegram.handlers import conversation_name
from bot.channels.telegram.mini_app import MOST_AGE_S, MiniApp
from bot.channels.telegram.render import render
from bot.channels.telegram.runner import TelegramRunner
from bot.dialogue.engine import DialogueEngine
from bot.dialogue.events import Said
from bot.errors import MiniAppRefusedError
from bot.settings import BotSettings, MapSettings
from tests.fakes.browser import BrowserPage, open_browser
from tests.fakes.running_server import RunningServer
from tests.fakes.telegram_server import PERSON, TOKEN, TelegramServer

NOW = 1_795_000_000


def signed(token: str = TOKEN, at: float = NOW, **changed: str) -> str:
    """What Telegram would hand to the page; ``changed`` after it was signed."""
    fields = {"auth_date": str(int(at)), "query_id": "q", "user": json.dumps(PERSON)}
    text = "\n".join(f"{name}={fields[name]}" for name in sorted(fields))
    secret = hmac.new(b"WebAppData", token.encode(), hashlib.sha256).digest()
    fields["hash"] = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    return urlencode({**fields, **changed})


@pytest.fixture
def telegram():
    server = TelegramServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
async def mini_app(house, telegram):
    runner = TelegramRunner(
        part_of(house, DialogueEngine),
        BotSettings(telegram_token=TOKEN, telegram_api=telegram.url),
    )
    yield MiniApp(part_of(house, DialogueEngine), runner.bot, now=lambda: NOW)
    await runner.close()


def test_who_telegram_vouches_for_is_believed(mini_app):
    assert mini_app.person(signed()) == PERSON["id"]
    assert mini_app.person(signed(at=NOW - MOST_AGE_S)) == PERSON["id"]


@pytest.mark.parametrize(
    "init_data",
    [
        pytest.param("", id="nothing"),
        pytest.param("not a query", id="nonsense"),
        pytest.param(signed(token="654321:another-bot"), id="another-bot"),
        pytest.param(signed(user=json.dumps({**PERSON, "id": 78})), id="another-person"),
        pytest.param(signed(auth_date=str(NOW + 5)), id="another-time"),
        pytest.param(signed(at=NOW - MOST_AGE_S - 1), id="too-old"),
        pytest.param(signed(at=NOW + 3600), id="from-the-future"),
    ],
)
async def test_nobody_else_is_believed_and_nothing_is_said(mini_app, telegram, init_data):
    with pytest.raises(MiniAppRefusedError):
        await mini_app.take_branch(init_data, "demo-001")

    assert telegram.sent() == []


async def test_the_branch_chosen_on_the_map_is_shown_in_the_chat(mini_app, telegram):
    await mini_app.take_branch(signed(), "demo-001")

    texts = "\n".join(message["text"] for message in telegram.sent())
    assert "演示银行任城支行" in texts
    assert "演示数据" in texts
    assert "距离" not in texts
    assert telegram.sent("sendVenue")
    assert {message["chat_id"] for message in telegram.sent()} == {str(PERSON["id"])}


@pytest.mark.parametrize(
    ("address", "is_offered"),
    [("https://loans.example.cn/", True), ("http://10.0.0.5", False), (None, False)],
)
async def test_the_chat_offers_the_map_where_telegram_can_open_it(house, address, is_offered):
    url = MapSettings(public_url=address).mini_app_url
    replies = await part_of(house, DialogueEngine).handle(conversation_name(1), Said("找网点"))

    calls = [repr(call) for call in render(1, replies, url)]

    assert any("https://loans.example.cn/map?tg=1" in call for call in calls) is is_offered


def test_the_page_brings_a_branch_to_the_chat(tmp_path, telegram):
    running = RunningServer(
        tmp_path, CHUANGDAI_BOT_TELEGRAM_TOKEN=TOKEN, CHUANGDAI_BOT_TELEGRAM_API=telegram.url
    ).start()
    try:
        with open_browser("phone") as driver:
            page = BrowserPage(driver, running.url, "phone")
            fragment = f"#tgWebAppData={quote(signed(at=time.time()))}&tgWebAppVersion=8.0"
            driver.get(f"{running.url}/map?tg=1&branch=demo-001{fragment}")
            take = page.wait_for(
                lambda: driver.find_elements(
                    By.XPATH, "//button[contains(., '把这家网点发到聊天里')]"
                )
            )
            page.picture("map-telegram")
            driver.execute_script("arguments[0].click()", take[0])
            page.wait_for(lambda: "已经发到聊天里了" in page.text())
            address = driver.current_url
    finally:
        running.stop()

    assert any("演示银行任城支行" in message["text"] for message in telegram.sent())
    assert "tgWebAppData" not in address
    assert "tgWebAppData" not in running.log()
