"""A person on Telegram whom attackers are after: a Bot API emulator, and the webhook."""

import time
from typing import Any

import httpx

from tests.attack.arena import Arena, Server
from tests.attack.people import WORDS
from tests.fakes.telegram_server import PERSON, TOKEN, TelegramServer

CHAT = str(PERSON["id"])
SECRET = "attack-webhook-secret"
HOOK = "/telegram/webhook"
HEADERS = {"X-Telegram-Bot-Api-Secret-Token": SECRET, "Content-Type": "application/json"}
SHOP = "受害人面馆"
# What only the person may see: the shop, the masked phone and ID number as they are read back.
SECRETS = (SHOP, "137****0077", "受害人用途")
_ANSWERS = [
    *("我要申请", "同意", WORDS["region"], "城镇登记失业人员", "个体工商户", SHOP, "卖面条"),
    *("2024年3月", "3", "没有", "否", "20万", "24个月", "受害人用途", "担保基金担保"),
    *("张受害", WORDS["id_number"], "13700000077", "跳过"),
]


def serve_with_telegram(arena: Arena, **environment: str) -> "tuple[Server, MessengerPerson]":
    """A server with the Telegram channel, and a person who uses it."""
    emulator = TelegramServer()
    emulator.start()
    arena.cleanup.callback(emulator.stop)
    server = arena.serve(
        **environment,
        CHUANGDAI_BOT_TELEGRAM_TOKEN=TOKEN,
        CHUANGDAI_BOT_TELEGRAM_API=emulator.url,
        CHUANGDAI_BOT_TELEGRAM_MODE="webhook",
        CHUANGDAI_BOT_TELEGRAM_WEBHOOK_URL="https://bot.example.org",
        CHUANGDAI_BOT_TELEGRAM_WEBHOOK_SECRET=SECRET,
    )
    client = arena.cleanup.enter_context(server.client())
    return server, MessengerPerson(emulator, client)


class MessengerPerson:
    """Writes through the webhook and reads what the bot sends."""

    def __init__(self, emulator: TelegramServer, client: httpx.Client) -> None:
        self._emulator, self._client = emulator, client

    def say(self, text: str) -> str:
        """Say something; all that the bot then sends, as one text."""
        before = len(self._emulator.sent())
        update = self._emulator.message(text=text)
        response = self._client.post(HOOK, json=update, headers=HEADERS)
        response.raise_for_status()
        return self._sent_since(before)

    def fill(self) -> str:
        """Fill in the form up to its review; what the bot sent last."""
        return [self.say(words) for words in _ANSWERS][-1]

    def _sent_since(self, before: int) -> str:
        end = time.monotonic() + 5
        while len(self._emulator.sent()) == before and time.monotonic() < end:
            time.sleep(0.05)
        sent: list[dict[str, Any]] = self._emulator.sent()[before:]
        return "\n".join(str(message["text"]) for message in sent)
