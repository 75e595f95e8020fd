"""The composition root: the only place that joins everything."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any, cast

import httpx
from anyio import to_thread
from fastapi import FastAPI, Request

from api.answers.interpretation_routes import interpretation_routes
from api.answers.routes import answer_routes
from api.answers.rule_routes import rule_routes
from api.answers.staff_routes import staff_answer_routes
from api.app import create_api
from api.applications.knowledge_rules import KnowledgeRules
from api.auth.callers import IN_PROCESS, caller_of
from api.auth.secrets import derived_key, service_token, web_secret
from api.background import keep_doing, told_when_it_ends
from api.contract.callers import CallerHash
from api.contract.client import ApiClient
from api.contract.problem import ApiProblemError
from api.documents.following import LiveDocuments, follow_documents
from api.documents.ingestion.impact import ImpactFinder
from api.documents.ingestion.queue import IngestionQueue
from api.documents.staff_routes import staff_document_routes
from api.documents.store import DocumentStore
from api.error_handlers import install_error_handlers, problem_details
from api.faq.following import follow_faq
from api.faq.routes import faq_routes
from api.headers import PagePolicy, SecurityHeadersMiddleware
from api.limits.middleware import RequestRates, install_limits
from api.methods import add_fallback
from api.metrics import Metrics
from api.settings import ApiSettings
from bot.channels.http.routes import message_routes
from bot.channels.http.tickets import ConversationTickets
from bot.dialogue.engine import DialogueEngine
from bot.errors import StoppedError
from bot.settings import BotSettings, MapSettings
from ingest.settings import IngestSettings
from knowledge.answering.eligibility import ConditionChecker
from knowledge.app import Knowledge, build_knowledge
from knowledge.llm.building import build_rewriter
from knowledge.settings import KnowledgeSettings, LlmSettings
from knowledge.understanding.model.message_model import MessageModel
from knowledge.understanding.pipeline import Interpreter

if TYPE_CHECKING:
    from aiogram import Bot

    from bot.channels.telegram.runner import TelegramRunner

log = logging.getLogger(__name__)

Progress = Callable[[int, int], None]
# Loading the vector libraries keeps the interpreter busy; the first pages go before it.
PAGES_FIRST_S = 1.0
# How soon it is seen that the vectors were lost.
LOST_VECTORS_S = 1.0


@dataclass(frozen=True, slots=True)
class HouseSettings:
    """Settings of all packages."""

    api: ApiSettings
    bot: BotSettings
    knowledge: KnowledgeSettings
    ingest: IngestSettings
    llm: LlmSettings = field(default_factory=LlmSettings)
    emap: MapSettings = field(default_factory=MapSettings)


class InProcessTransport(httpx.AsyncBaseTransport):
    """Lets a client talk to an application in memory, as it would over the network."""

    def connect(self, app: FastAPI) -> None:
        """Where requests go from now on."""
        self._inner = httpx.ASGITransport(app=app, client=(IN_PROCESS, 0))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        return await self._inner.handle_async_request(request)


def build_house(
    settings: HouseSettings,
    *,
    with_web: bool = True,
    with_telegram: bool = True,
    on_progress: Progress = lambda done, total: None,
) -> FastAPI:
    """API, conversation and channels as one application.

    It answers from rules and lexical search at once; vectors are loaded behind.
    """
    live = LiveDocuments()
    knowledge = build_knowledge(live=live, policies=settings.knowledge.policies_dir)
    token = service_token(settings.api)
    transport = InProcessTransport()
    http = httpx.AsyncClient(
        base_url="http://in-process",
        headers={"Authorization": f"Bearer {token}"},
        transport=transport,
    )
    engine = _engine(http, token, settings)
    metrics = Metrics()
    rewriter = build_rewriter(settings.llm, metrics.count_llm)
    checker = ConditionChecker(knowledge.parameters, knowledge.assistant.live_documents)
    app = create_api(
        settings.api,
        documents=knowledge.documents,
        shipped=list(knowledge.documents.shipped),
        rules=KnowledgeRules(checker),
        routers=[
            answer_routes(knowledge, rewriter),
            interpretation_routes(Interpreter(MessageModel()), knowledge.assistant.today),
            rule_routes(knowledge, checker),
            message_routes(engine, _tickets(token)),
        ],
        metrics=metrics,
    )
    live.registry = app.state.registry
    app.state.engine, app.state.knowledge = engine, knowledge
    transport.connect(app)
    _add_staff(app, knowledge, live, settings.ingest)
    add_fallback(app)
    bot = None
    if with_telegram and settings.bot.telegram_token:
        bot = _add_telegram(app, engine, settings)
    if with_web:
        _add_web(app, engine, http, settings, bot)
    _protect(app, settings.emap)
    if rewriter:
        _around_lifespan(app, rewriter.close_at_end)
    if settings.knowledge.vectors:
        _around_lifespan(app, lambda: _keep_vectors(knowledge, settings.knowledge, on_progress))
    return app


def remote_engine(settings: HouseSettings) -> DialogueEngine:
    """An engine for a bot process that reaches the API over the network."""
    return _engine(_remote_http(settings), service_token(settings.api), settings)


def build_web(settings: HouseSettings) -> FastAPI:
    """The web pages alone, talking to an API elsewhere."""
    app = FastAPI(title="创贷助手", openapi_url=None, docs_url=None, redoc_url=None)
    install_error_handlers(app)
    install_limits(app, settings.api)
    http, token = _remote_http(settings), service_token(settings.api)
    engine = _engine(http, token, settings)
    app.include_router(message_routes(engine, _tickets(token)))
    _add_web(app, engine, http, settings)
    _protect(app, settings.emap)
    return app


def _remote_http(settings: HouseSettings) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        base_url=settings.bot.api_url or "",
        headers={"Authorization": f"Bearer {service_token(settings.api)}"},
        timeout=30,
    )


def _engine(http: httpx.AsyncClient, token: str, settings: HouseSettings) -> DialogueEngine:
    callers = CallerHash(derived_key(token, "callers"))

    def connect(origin: str) -> ApiClient:
        return ApiClient(http, caller=callers.of(origin))

    return DialogueEngine(connect, settings.emap.public_url)


def _tickets(token: str) -> ConversationTickets:
    return ConversationTickets(derived_key(token, "conversations over http"))


async def _keep_vectors(
    knowledge: Knowledge, settings: KnowledgeSettings, on_progress: Progress
) -> None:
    """Load the vectors, and again whenever they were lost; rules and words answer meanwhile."""
    stopping = Event()

    def report(done: int, total: int) -> None:
        if stopping.is_set():
            raise StoppedError("the application stopped while the index was built")
        on_progress(done, total)

    async def step() -> None:
        if not knowledge.has_vectors:
            await to_thread.run_sync(knowledge.load_vectors, settings, report)

    try:
        await asyncio.sleep(PAGES_FIRST_S)
        await keep_doing("loading the vectors", step, every_s=LOST_VECTORS_S, longest_pause_s=60.0)
    finally:
        stopping.set()  # the thread cannot be interrupted; it ends at its next report


def _add_staff(
    app: FastAPI, knowledge: Knowledge, live: LiveDocuments, settings: IngestSettings
) -> None:
    """What staff change, and the tasks by which this process follows it."""
    store: DocumentStore = app.state.document_store
    impact = ImpactFinder(knowledge, app.state.faq)
    queue = IngestionQueue(store, knowledge, impact, settings, app.state.work)
    for router in (
        staff_answer_routes(knowledge.assistant),
        faq_routes(knowledge.assistant),
        staff_document_routes(
            knowledge.documents,
            knowledge.documents.shipped,
            impact,
            queue,
        ),
    ):
        app.include_router(router)
    _around_lifespan(app, queue.work)
    _around_lifespan(app, lambda: follow_documents(live, store, knowledge))
    _around_lifespan(
        app,
        lambda: follow_faq(app.state.faq, knowledge.assistant, app.state.questions.close_answered),
    )


def _add_web(
    app: FastAPI,
    engine: DialogueEngine,
    http: httpx.AsyncClient,
    settings: HouseSettings,
    bot: "Bot | None" = None,
) -> None:
    from nicegui import ui

    from bot.channels.emap.page import register_map_page
    from bot.channels.nonce import let_own_scripts_run
    from bot.channels.staff.pages import register_staff_pages
    from bot.channels.web.page import register_chat_page

    rates: RequestRates = app.state.rates

    def count(request: Request) -> None:
        """What is said on a page counts as the request that it would be over HTTP."""
        if wait := rates.request(caller_of(request)):
            raise ApiProblemError(problem_details("rate_limited", retry_after_s=wait))

    let_own_scripts_run()
    register_chat_page(engine, count)
    token, secret = service_token(settings.api), web_secret(settings.api)
    register_staff_pages(
        http, CallerHash(derived_key(token, "callers")), derived_key(secret, "staff sessions")
    )
    chat = None
    if bot is not None:
        from bot.channels.telegram.mini_app import MiniApp

        chat = MiniApp(engine, bot)
    register_map_page(ApiClient(http), settings.emap, chat)
    ui.run_with(app, storage_secret=secret, show_welcome_message=False, title="创贷助手")


def _protect(app: FastAPI, settings: MapSettings) -> None:
    """Tell browsers what answers may do; the outermost, so that no answer goes without."""
    policy = PagePolicy(
        framed=("/", "/map"),
        frame_ancestors=settings.frame_ancestors.split(),
        image_sources=settings.tile_sources,
        is_https=settings.is_https,
    )
    app.add_middleware(SecurityHeadersMiddleware, policy=policy)


def _add_telegram(app: FastAPI, engine: DialogueEngine, settings: HouseSettings) -> "Bot":
    from bot.channels.telegram.runner import TelegramRunner

    runner = TelegramRunner(engine, settings.bot, settings.emap.mini_app_url)
    app.state.telegram = runner
    if settings.bot.telegram_mode == "webhook":
        app.include_router(runner.webhook_routes())
    _around_lifespan(app, lambda: _run_telegram(runner))
    return runner.bot


async def _run_telegram(runner: "TelegramRunner") -> None:
    try:
        await runner.run()
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        raise
    except Exception as error:
        log.error("telegram stopped: %s", type(error).__name__)
    finally:
        await runner.close()


def _around_lifespan(app: FastAPI, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run ``work()`` as a task while the application is up."""
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(app_: FastAPI) -> AsyncIterator[object]:
        async with inner(app_) as state:
            task = asyncio.create_task(told_when_it_ends(work))
            try:
                yield state
            finally:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task

    app.router.lifespan_context = cast(Any, lifespan)
