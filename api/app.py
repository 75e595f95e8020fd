"""Makes the API: its parts joined, its routes, its start and stop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from sqlalchemy import text

from api.applications.attachments import AttachmentStore
from api.applications.ports import EligibilityRules, NoRules
from api.applications.preferred_branch import PreferredBranch
from api.applications.routes import router as application_routes
from api.applications.service import ApplicationService
from api.auth.secrets import open_vault, service_token
from api.branches.map_routes import router as map_routes
from api.branches.routes import router as branch_routes
from api.branches.setup import branch_service, load_branches
from api.contract.problem import Problem
from api.conversations.routes import ConversationStore
from api.conversations.routes import router as conversation_routes
from api.db.engine import Database
from api.db.migrate import migrate
from api.documents.registry import DocumentRegistry
from api.documents.routes import document_routes
from api.documents.store import DocumentStore
from api.error_handlers import LastResortMiddleware, install_error_handlers, problem
from api.faq.store import FaqStore
from api.incoming import MAX_DEPTH, MAX_VALUES, IncomingMiddleware
from api.limits import LimitsMiddleware
from api.methods import HeadMiddleware
from api.metrics import Metrics, MetricsMiddleware
from api.openapi import DescribedApi
from api.questions.log import QuestionLog
from api.questions.routes import router as question_routes
from api.reference import add_reference
from api.settings import ApiSettings
from api.staff.routes import router as staff_routes
from api.staff.service import StaffService
from knowledge.documents import PolicyDocument
from knowledge.kit.clock import utc_now
from knowledge.kit.wire import FIRST_YEAR, LAST_YEAR

DESCRIPTION = (
    "Cited answers on 创业担保贷款, guided applications, nearest branches. "
    "Errors are RFC 9457 problem details with a stable `code`.\n\n"
    "Limits: {rate} from one address; {megabytes} MB a request. JSON is UTF-8, at most {depth} "
    "deep and {values:,} values, each name once, whole numbers to 2^53; values keep their JSON "
    "type. Days and moments lie within {first} to {last}."
)


def create_api(
    settings: ApiSettings,
    *,
    documents: Mapping[str, PolicyDocument],
    rules: EligibilityRules | None = None,
    shipped: Iterable[str] | None = None,
    routers: Sequence[APIRouter] = (),
    metrics: Metrics | None = None,
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The API over a corpus; ``routers`` add what other rooms serve.

    ``shipped`` are the ids to enrol as live, all of ``documents`` unless given.
    ``metrics`` are given where those rooms count something of their own.

    Raises:
        KeyUnreadableError: the data directory's keys cannot be read or made.
    """
    database = Database(settings.url)
    vault = open_vault(settings)
    registry = DocumentRegistry(database, now)
    branches = branch_service(database, settings, now)
    metrics = metrics or Metrics()

    questions = QuestionLog(database, now)

    def live_documents() -> Mapping[str, PolicyDocument]:
        live = registry.live
        return {i: d for i, d in documents.items() if live is None or i in live}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await migrate(database)
        await registry.enrol(documents if shipped is None else shipped)
        await load_branches(branches, database, settings, now)
        app.state.is_ready = True
        writing = asyncio.create_task(questions.keep_writing())
        yield
        app.state.is_ready = False
        writing.cancel()
        with suppress(asyncio.CancelledError):
            await writing
        await database.close()

    app = DescribedApi(
        title="创贷助手",
        version="0.1.0",
        description=DESCRIPTION.format(
            rate=settings.rate_limit,
            megabytes=settings.max_body_bytes // 1_000_000,
            depth=MAX_DEPTH,
            values=MAX_VALUES,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        ),
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses={422: {"model": Problem, "description": "The request does not fit"}},
    )
    app.state.is_ready = False
    app.state.service_token = service_token(settings)
    app.state.database = database
    app.state.registry = registry
    app.state.document_store = DocumentStore(database, now)
    app.state.faq = FaqStore(database, live_documents, now)
    app.state.questions = questions
    app.state.staff = StaffService(database, now)
    app.state.branches = branches
    app.state.applications = ApplicationService(
        database, vault, rules or NoRules(), PreferredBranch(branches), now
    )
    app.state.attachments = AttachmentStore(database, vault, settings.data_dir / "attachments", now)
    app.state.conversations = ConversationStore(database, vault, now)
    install_error_handlers(app)
    app.add_middleware(IncomingMiddleware)
    app.add_middleware(LimitsMiddleware, settings=settings)
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    app.add_middleware(HeadMiddleware)
    add_reference(app)
    for router in (
        *routers,
        document_routes(documents, registry),
        application_routes,
        map_routes,  # before the branches: "map" is no branch's id
        branch_routes,
        conversation_routes,
        question_routes,
        staff_routes,
        _operations(app, database, metrics),
    ):
        app.include_router(router)
    return app


def _operations(app: FastAPI, database: Database, metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="Is the process alive")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get(
        "/readyz",
        summary="Can it serve",
        responses={503: {"model": Problem, "description": "Not yet"}},
    )
    async def readyz() -> Response:
        if not app.state.is_ready:
            return problem("starting")
        async with database.reading() as session:
            await session.execute(text("SELECT 1"))
        return JSONResponse({"status": "ready"})

    @router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
    async def show_metrics() -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4")

    return router
