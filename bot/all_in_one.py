"""The launcher: the only place that joins the insides of the API to the bot's channels."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import httpx
from fastapi import FastAPI, Request

from api.auth.callers import IN_PROCESS, caller_of
from api.auth.secrets import service_token, web_secret
from api.background import around_lifespan
from api.contract.problem import ApiProblemError
from api.error_handlers import install_error_handlers, problem_details
from api.headers import PagePolicy, SecurityHeadersMiddleware
from api.limits.middleware import RequestRates, install_limits
from api.main import create_server
from api.services import part_of, services_of
from api.settings import ServerSettings
from bot.app import Count, add_pages, build_web, conversation_routes, make_engine, run_telegram
from bot.secrets import Secrets
from bot.settings import BotSettings, MapSettings

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppSettings(ServerSettings):
    """Settings of all packages."""

    bot: BotSettings = field(default_factory=BotSettings)
    emap: MapSettings = field(default_factory=MapSettings)


class InProcessTransport(httpx.AsyncBaseTransport):
    """Lets a client talk to an application in memory, as it would over the network."""

    def connect(self, app: FastAPI) -> None:
        """Where requests go from now on."""
        self._inner = httpx.ASGITransport(app=app, client=(IN_PROCESS, 0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)


class InProcessConversation:
    """The conversation in the process of the API, which it reaches in memory."""

    def __init__(self, settings: AppSettings) -> None:
        token = service_token(settings.api)
        self._transport = InProcessTransport()
        self.http = httpx.AsyncClient(
            base_url="http://in-process",
            headers={"Authorization": f"Bearer {token}"},
            transport=self._transport,
        )
        self.engine = make_engine(self.http, token, settings.emap.public_url)
        self.routes = conversation_routes(self.engine, token)

    def join(self, server: FastAPI) -> FastAPI:
        """Go on with an API in this process, which was made with the routes."""
        self._transport.connect(server)
        services_of(server).add(self.engine)
        return server


def create_app(
    settings: AppSettings,
    *,
    with_web: bool = True,
    with_telegram: bool = True,
    on_progress: Progress = lambda done, total: None,
) -> FastAPI:
    """API, conversation and channels as one application."""
    conversation = InProcessConversation(settings)
    app = conversation.join(
        create_server(
            settings,
            routers=[conversation.routes],
            policy=page_policy(settings.emap),
            on_progress=on_progress,
        )
    )
    chat = None
    if with_telegram and settings.bot.telegram_token:
        from bot.channels.telegram.mini_app import MiniApp
        from bot.channels.telegram.runner import TelegramRunner

        runner = TelegramRunner(conversation.engine, settings.bot, settings.emap.mini_app_url)
        if settings.bot.telegram_mode == "webhook":
            app.include_router(runner.webhook_routes())
        around_lifespan(app, lambda: run_telegram(runner))
        chat = MiniApp(conversation.engine, runner.bot)
    if with_web:
        count = _counting(part_of(app, RequestRates))
        add_pages(
            app,
            conversation.engine,
            conversation.http,
            settings.emap,
            _secrets(settings),
            count,
            chat,
        )
    return app


def create_web(settings: AppSettings) -> FastAPI:
    """The web pages alone, talking to an API elsewhere, guarded as the API is."""
    return build_web(settings.bot, settings.emap, _secrets(settings), partial(_guard, settings))


def _guard(settings: AppSettings, app: FastAPI) -> Count:
    install_error_handlers(app)
    rates = install_limits(app, settings.api)
    app.add_middleware(SecurityHeadersMiddleware, policy=page_policy(settings.emap))
    return _counting(rates)


def _counting(rates: RequestRates) -> Count:
    def count(request: Request) -> None:
        if wait := rates.request(caller_of(request)):
            raise ApiProblemError(problem_details("rate_limited", retry_after_s=wait))

    return count


def _secrets(settings: AppSettings) -> Secrets:
    return Secrets(service_token(settings.api), web_secret(settings.api))


def page_policy(settings: MapSettings) -> PagePolicy:
    """What the pages may do, which stand beside the API in one process."""
    return PagePolicy(
        framed=("/", "/map"),
        frame_ancestors=settings.frame_ancestors.split(),
        image_sources=settings.tile_sources,
        is_https=settings.is_https,
    )
