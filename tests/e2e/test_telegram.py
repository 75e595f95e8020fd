"""The flows on Telegram, against a Bot API server of our own over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import httpx
import pytest

from api.services import part_of
from bot.all_in_one import create_app
from bot.channels.telegram.render import split_text
from bot.channels.telegram.runner import TelegramRunner
from bot.dialogue.engine import DialogueEngine
from bot.settings import BotSettings
from tests.e2e.person import ANSWERS
from tests.fakes.telegram_server import TOKEN, TelegramServer, buttons, links

from .conftest import app_settings


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    server = TelegramServer()
    server.start()
    yield server
    server.stop()


def polling(server: TelegramServer) -> BotSettings:
    return BotSettings(telegram_token=TOKEN, telegram_api=server.url)


@asynccontextmanager
async def running(engine, settings) -> AsyncIterator[TelegramRunner]:
    runner = TelegramRunner(engine, settings)
    task = asyncio.create_task(runner.run())
    try:
        yield runner
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        await runner.close()


async def say(server: TelegramServer, update) -> list[dict]:
    """Send an update and return what came back once the bot is done with it."""
    before = len(server.calls)
    server.put(update)
    done = update["update_id"]
    await server.wait_for(lambda: all(u["update_id"] != done for u in server.updates))
    return [arguments for name, arguments in server.calls[before:] if name == "sendMessage"]


async def fill(server: TelegramServer, labels: list[str]) -> None:
    for label in labels:
        await say(server, server.message(text=label))


INTAKE = ["我要申请", *(ANSWERS[field] for field in (
    "consent", "region", "group", "business_kind", "business_name", "trade", "started_on",
    "employees", "own_loans", "own_loan_kinds", "own_consumer_amount", "married", "spouse_loans",
    "amount_yuan", "term_months", "use_of_funds", "guarantee", "name", "id_number", "phone",
    "branch",
))]  # fmt: skip


async def test_a_question_is_answered_with_its_sources(house, telegram):
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        sent = await say(telegram, telegram.message(text="山东个人最多能贷多少"))

    assert "30万元" in sent[0]["text"]
    assert "出处：" in sent[0]["text"]
    assert "个人额度（山东省 · 现行 · 2023-12起）" in sent[0]["text"]
    assert "apply" in buttons(sent[-1])


async def test_commands_are_announced(house, telegram):
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        await telegram.wait_for(lambda: bool(telegram.sent("setMyCommands")))

    commands = [c["command"] for c in json.loads(telegram.sent("setMyCommands")[0]["commands"])]
    assert {"start", "help", "apply", "status", "branch"} <= set(commands)


async def test_an_intake_survives_a_restart_and_ends_with_a_receipt(house, telegram):
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        await fill(telegram, INTAKE[:9])
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        await fill(telegram, INTAKE[9:])
        sent = await say(telegram, telegram.tap(telegram.button("submit")))

    assert any("受理编号：CD" in message["text"] for message in sent)
    assert telegram.sent("answerCallbackQuery")


async def test_a_position_brings_branches_and_a_venue(house, telegram):
    where = {"latitude": 35.41, "longitude": 116.58}
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        sent = await say(telegram, telegram.message(location=where))

    assert any("距离：" in message["text"] for message in sent)
    venue = telegram.sent("sendVenue")[0]
    assert abs(float(venue["latitude"]) - 35.41) < 0.5


async def test_a_branch_is_taken_with_one_tap_and_opens_in_map_apps(house, telegram):
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        await fill(telegram, INTAKE[:-1])
        where = {"latitude": 35.41, "longitude": 116.58}
        sent = await say(telegram, telegram.message(location=where))
        cards = [message for message in sent if "距离：" in message["text"]]
        choose = next(b for b in buttons(cards[1]) if "choose:" in b)
        review = await say(telegram, telegram.tap(choose))

    name = cards[1]["text"].partition("\n")[0]
    assert any(f"希望办理的网点：{name}" in message["text"] for message in review)
    assert any("amap.com" in link for link in links(cards[0]))
    assert "http" not in cards[0]["text"]
    venue = telegram.sent("sendVenue")[0]
    assert venue["title"] == cards[0]["text"].partition("\n")[0]


async def test_a_repeated_update_is_not_worked_on_twice(house, telegram):
    update = telegram.message(text="我要申请")
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        await say(telegram, update)
        first = await say(telegram, telegram.message(text="同意"))
        again = await say(telegram, update)
        status = await say(telegram, telegram.message(text="核对"))

    assert "经营" in first[-1]["text"]
    assert again == []
    assert any("申请内容" in message["text"] for message in status)


async def test_flood_control_is_respected_and_nothing_is_lost(house, telegram):
    telegram.flood_left = 2
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        sent = await say(telegram, telegram.message(text="你好"))

    assert "创业担保贷款助手" in sent[0]["text"]


async def test_groups_are_told_to_talk_in_private(house, telegram):
    async with running(part_of(house, DialogueEngine), polling(telegram)):
        sent = await say(telegram, telegram.message(chat_type="group", text="我要申请"))

    assert "单独聊天" in sent[0]["text"]


async def test_a_webhook_needs_its_secret(tmp_path, telegram):
    webhook = BotSettings(
        telegram_token=TOKEN,
        telegram_api=telegram.url,
        telegram_mode="webhook",
        telegram_webhook_url="https://bot.example",
        telegram_webhook_secret="only-telegram-knows",
    )
    settings = replace(app_settings(tmp_path), bot=webhook)
    app = create_app(settings, with_web=False)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    update = telegram.message(text="你好")
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://test") as client,
    ):
        await telegram.wait_for(lambda: bool(telegram.sent("setWebhook")))
        turned_away = await client.post("/telegram/webhook", json=update)
        header = {"X-Telegram-Bot-Api-Secret-Token": "only-telegram-knows"}
        taken = await client.post("/telegram/webhook", json=update, headers=header)
        odd = [
            await client.post("/telegram/webhook", content=body, headers={**header, **media_type})
            for body in (b"", b"{", b"[]", b"{}", b'{"update_id": "x"}', b"\xff", b"[" * 5000)
            for media_type in ({}, {"content-type": "application/json"})
        ]

    assert turned_away.status_code == 403
    assert {answer.status_code for answer in odd} == {422}
    assert taken.status_code == 200
    assert telegram.sent("setWebhook")[0]["secret_token"] == "only-telegram-knows"
    assert "创业担保贷款助手" in telegram.sent()[0]["text"]


@pytest.mark.parametrize("text", ["短", "字" * 5000, "一句话。" * 3000, "😀" * 3000])
def test_long_texts_are_split_within_the_limit_and_nothing_is_cut_off(text):
    parts = split_text(text)

    assert "".join(parts) == text
    assert all(len(part.encode("utf-16-le")) // 2 <= 4096 for part in parts)
