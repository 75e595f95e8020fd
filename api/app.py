"""Makes the API as an HTTP application: its parts joined, its routes, its start and stop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from api.applications.ports import EligibilityRules, NoRules
from api.applications.routes import authorise
from api.applications.routes import router as application_routes
from api.auth.secrets import service_token
from api.branches.map_routes import router as map_routes
from api.branches.routes import router as branch_routes
from api.branches.service import BranchService
from api.branches.setup import load_branches
from api.contract.problem import Problem
from api.contract.staff import StaffRole
from api.conversations.routes import router as conversation_routes
from api.db.engine import Database
from api.documents.registry import DocumentRegistry
from api.documents.routes import document_routes
from api.error_handlers import LastResortMiddleware, install_error_handlers, problem
from api.incoming import MAX_DEPTH, MAX_VALUES, IncomingMiddleware
from api.keys.vault import Vault
from api.limits.middleware import install_limits
from api.methods import HeadMiddleware, LiteralMiddleware
from api.metrics import Metrics, MetricsMiddleware
from api.openapi import DescribedApi
from api.parts import make_services
from api.patience import PatienceMiddleware
from api.privacy.nightly import forget_every_night
from api.privacy.routes import privacy_routes
from api.privacy.service import PrivacyService
from api.questions.log import QuestionLog
from api.questions.routes import router as question_routes
from api.readiness import Readiness
from api.reference import add_reference
from api.services import Services
from api.settings import ApiSettings
from api.staff.routes import at_least
from api.staff.routes import router as staff_routes
from api.storage import open_storage
from api.work import WorkPool
from knowledge.documents import PolicyDocument
from knowledge.kit.clock import utc_now
from knowledge.kit.files import sweep_drafts
from knowledge.kit.wire import FIRST_YEAR, LAST_YEAR

DESCRIPTION = (
    "Cited answers on 创业担保贷款, guided applications, nearest branches. "
    "Errors are RFC 9457 problem details with a stable `code`.\n\n"
    "Limits: {rate} from one address; {megabytes} MB a request. JSON is UTF-8, at most {depth} "
    "deep and {values:,} values, each name once, numbers to 2^53; values keep their JSON "
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
    services = make_services(settings, documents, rules or NoRules(), metrics or Metrics(), now)
    enrolled = documents if shipped is None else shipped
    app = DescribedApi(
        title="创贷助手",
        version="0.2.0",
        description=DESCRIPTION.format(
            rate=settings.rate_limit,
            megabytes=settings.max_body_bytes // 1_000_000,
            depth=MAX_DEPTH,
            values=MAX_VALUES,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        ),
        lifespan=lambda app: _alive(services, settings, enrolled, now),
        docs_url=None,
        redoc_url=None,
        responses={422: {"model": Problem, "description": "The request does not fit"}},
    )
    app.state.service_token = service_token(settings)
    app.state.services = services
    install_error_handlers(app)
    app.add_middleware(IncomingMiddleware)
    app.add_middleware(PatienceMiddleware)
    services.add(install_limits(app, settings))
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(MetricsMiddleware, metrics=services.get(Metrics))
    app.add_middleware(LiteralMiddleware, described=app)
    app.add_middleware(HeadMiddleware)
    add_reference(app)
    for router in (*routers, *_own_routers(services, documents)):
        app.include_router(router)
    return app


@asynccontextmanager
async def _alive(
    services: Services,
    settings: ApiSettings,
    enrolled: Iterable[str],
    now: Callable[[], datetime],
) -> AsyncIterator[None]:
    """Open what is kept, serve, and close it again whatever happens."""
    database, readiness = services.get(Database), services.get(Readiness)
    try:
        await to_thread.run_sync(sweep_drafts, settings.data_dir)
        await open_storage(database, services.get(Vault), settings)
        await services.get(DocumentRegistry).enrol(enrolled)
        await load_branches(services.get(BranchService), database, settings, now)
        readiness.has_started = True
        tasks = (
            asyncio.create_task(services.get(QuestionLog).keep_writing()),
            asyncio.create_task(forget_every_night(services.get(PrivacyService), now)),
        )
        try:
            yield
        finally:
            readiness.has_started = False
            for task in tasks:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
    finally:
        services.get(WorkPool).close()
        await database.close()


def _own_routers(
    services: Services, documents: Mapping[str, PolicyDocument]
) -> tuple[APIRouter, ...]:
    return (
        document_routes(documents, services.get(DocumentRegistry)),
        application_routes,
        map_routes,  # before the branches: "map" is no branch's id
        branch_routes,
        conversation_routes,
        question_routes,
        staff_routes,
        privacy_routes(services.get(PrivacyService), authorise, at_least(StaffRole.ADMINISTRATOR)),
        _operations(services.get(Readiness), services.get(Metrics)),
    )


def _operations(readiness: Readiness, metrics: Metrics) -> APIRouter:
    router = APIRouter(tags=["operations"])

    @router.get("/healthz", summary="Is the process alive")
    async def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @router.get(
        "/readyz",
        summary="Can it serve",
        responses={503: {"model": Problem, "description": "Not now; `code` says why"}},
    )
    async def readyz() -> Response:
        if lacking := await readiness.lacking():
            return problem(lacking, status=503)
        return JSONResponse({"status": "ready"})

    @router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
    async def show_metrics() -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4")

    return router
