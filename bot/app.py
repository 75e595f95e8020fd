"""The conversation with its channels and pages, wherever the API is.

Nothing here knows more of the API than its contract: where it is reached, by which token,
and what guards an application that people reach, are handed in.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import httpx
from fastapi import APIRouter, FastAPI, Request

from api.contract.client import ApiClient
from bot.channels.http.routes import message_routes
from bot.channels.http.tickets import ConversationTickets
from bot.dialogue.engine import DialogueEngine
from bot.secrets import Secrets, caller_hash, derived_key
from bot.settings import BotSettings, MapSettings

if TYPE_CHECKING:
    from bot.channels.emap.page import Chat
    from bot.channels.telegram.runner import TelegramRunner

log = logging.getLogger(__name__)

Count = Callable[[Request], None]
"""Counts what is said on a page as the request that it would be over HTTP, or refuses it."""
Guard = Callable[[FastAPI], Count]
"""Puts before an application what guards it from those who reach it."""


def make_engine(http: httpx.AsyncClient, token: str, public_url: str | None) -> DialogueEngine:
    """The conversation over a client that reaches the API with the service token."""
    callers = caller_hash(token)

    def connect(origin: str) -> ApiClient:
        return ApiClient(http, caller=callers.of(origin))

    return DialogueEngine(connect, public_url)


def remote_engine(settings: BotSettings, token: str, public_url: str | None) -> DialogueEngine:
    """An engine for a bot process that reaches the API over the network."""
    return make_engine(_remote_http(settings, token), token, public_url)


def conversation_routes(engine: DialogueEngine, token: str) -> APIRouter:
    """The conversation over HTTP; its ids are good in every process that knows the token."""
    return message_routes(
        engine, ConversationTickets(derived_key(token, "conversations over http"))
    )


def build_web(settings: BotSettings, emap: MapSettings, secrets: Secrets, guard: Guard) -> FastAPI:
    """The web pages alone, talking to an API elsewhere."""
    app = FastAPI(title="创贷助手", openapi_url=None, docs_url=None, redoc_url=None)
    count = guard(app)
    http = _remote_http(settings, secrets.token)
    engine = make_engine(http, secrets.token, emap.public_url)
    app.include_router(conversation_routes(engine, secrets.token))
    add_pages(app, engine, http, emap, secrets, count)
    return app


def add_pages(
    app: FastAPI,
    engine: DialogueEngine,
    http: httpx.AsyncClient,
    emap: MapSettings,
    secrets: Secrets,
    count: Count,
    chat: "Chat | None" = None,
) -> None:
    """Serve chat, map and staff pages; ``chat`` is where the map is opened from, if anywhere."""
    from nicegui import ui

    from bot.channels.emap.page import register_map_page
    from bot.channels.nonce import let_own_scripts_run
    from bot.channels.staff.pages import register_staff_pages
    from bot.channels.web.page import register_chat_page

    let_own_scripts_run()
    register_chat_page(engine, count)
    register_staff_pages(
        http, caller_hash(secrets.token), derived_key(secrets.cookies, "staff sessions")
    )
    register_map_page(ApiClient(http), emap, chat)
    ui.run_with(app, storage_secret=secrets.cookies, show_welcome_message=False, title="创贷助手")


async def run_telegram(runner: "TelegramRunner") -> None:
    """Run the bot beside other work, which goes on without it when it fails."""
    try:
        await runner.run()
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise
    except Exception as error:
        log.error("telegram stopped: %s", type(error).__name__)
    finally:
        await runner.close()


def _remote_http(settings: BotSettings, token: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=settings.api_url or "",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
