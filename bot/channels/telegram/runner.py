"""Runs the bot: by long polling, or by a webhook on the application."""

import asyncio
import logging
from contextlib import suppress
from secrets import compare_digest
from typing import Annotated

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.fsm.storage.base import BaseEventIsolation
from aiogram.fsm.storage.memory import SimpleEventIsolation
from aiogram.types import BotCommand, Update
from fastapi import APIRouter, Header, Request, Response
from pydantic import ValidationError

from bot.channels.telegram.handlers import make_router
from bot.channels.telegram.render import text
from bot.dialogue.engine import DialogueEngine
from bot.errors import ChannelNotConfiguredError
from bot.settings import BotSettings

log = logging.getLogger(__name__)

WEBHOOK_PATH = "/telegram/webhook"
COMMANDS = ("start", "help", "apply", "status", "branch", "cancel")
ALLOWED_UPDATES = ["message", "callback_query"]


class TelegramRunner:
    """One bot on one engine.

    Raises:
        ChannelNotConfiguredError: the token, or in webhook mode address or secret, is
            missing.
    """

    def __init__(
        self, engine: DialogueEngine, settings: BotSettings, map_url: str | None = None
    ) -> None:
        if settings.telegram_token is None:
            raise ChannelNotConfiguredError("set CHUANGDAI_BOT_TELEGRAM_TOKEN")
        self._settings = settings
        server = settings.telegram_api
        session = (
            AiohttpSession(api=TelegramAPIServer.from_base(server)) if server else AiohttpSession()
        )
        self.bot = Bot(settings.telegram_token.get_secret_value(), session=session)
        self.dispatcher = Dispatcher(events_isolation=_isolation(settings))
        self.dispatcher.include_router(make_router(engine, map_url))

    async def run(self) -> None:
        """Serve until cancelled."""
        commands = [BotCommand(command=c, description=text(f"command-{c}")) for c in COMMANDS]
        await self.bot.set_my_commands(commands)
        if self._settings.telegram_mode == "webhook":
            await self._announce_webhook()
            return
        await self.bot.delete_webhook()
        # One update after another: an update counts as taken only once it is answered,
        # so that a crash loses none. A repeated one is known by its id.
        polling = asyncio.create_task(
            self.dispatcher.start_polling(
                self.bot,
                handle_signals=False,
                handle_as_tasks=False,
                allowed_updates=ALLOWED_UPDATES,
            )
        )
        try:
            await asyncio.shield(polling)
        except asyncio.CancelledError:
            # Cancelled from outside the polling would go on behind; stop it in order.
            with suppress(RuntimeError):
                await self.dispatcher.stop_polling()
            polling.cancel()
            raise

    async def close(self) -> None:
        """Give the connection back."""
        await self.bot.session.close()

    def webhook_routes(self) -> APIRouter:
        """The route Telegram posts updates to; others are turned away by the secret."""
        secret = self._settings.telegram_webhook_secret
        if secret is None or self._settings.telegram_webhook_url is None:
            raise ChannelNotConfiguredError("a webhook needs its address and its secret")
        router = APIRouter()

        @router.post(WEBHOOK_PATH, include_in_schema=False)
        async def on_update(
            request: Request,
            x_telegram_bot_api_secret_token: Annotated[str | None, Header()] = None,
        ) -> Response:
            given = (x_telegram_bot_api_secret_token or "").encode()
            if not compare_digest(given, secret.get_secret_value().encode()):
                return Response(status_code=403)
            body = await request.body()
            try:
                update = Update.model_validate_json(body, context={"bot": self.bot})
            except ValidationError as error:
                log.warning("no update: %s", error.errors()[0]["type"])
                return Response(status_code=422)
            await self.dispatcher.feed_update(self.bot, update)
            return Response()

        return router

    async def _announce_webhook(self) -> None:
        url, secret = self._settings.telegram_webhook_url, self._settings.telegram_webhook_secret
        if url is None or secret is None:
            raise ChannelNotConfiguredError("a webhook needs its address and its secret")
        await self.bot.set_webhook(
            url.rstrip("/") + WEBHOOK_PATH,
            secret_token=secret.get_secret_value(),
            allowed_updates=ALLOWED_UPDATES,
        )


def _isolation(settings: BotSettings) -> BaseEventIsolation:
    """One update of a chat at a time; across processes with Redis."""
    if settings.redis_url is None:
        return SimpleEventIsolation()
    from aiogram.fsm.storage.redis import RedisEventIsolation

    return RedisEventIsolation.from_url(settings.redis_url)
