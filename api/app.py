"""Makes the API: its parts joined, its routes, its start and stop."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial

from anyio import to_thread
from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse, PlainTextResponse

from api.applications.attachment_files import AttachmentFiles
from api.applications.attachments import AttachmentStore
from api.applications.finding import ApplicationFinder
from api.applications.personal_data import PersonalApplications
from api.applications.ports import EligibilityRules, NoRules
from api.applications.preferred_branch import PreferredBranch
from api.applications.routes import authorise
from api.applications.routes import router as application_routes
from api.applications.service import ApplicationService
from api.auth.secrets import service_token
from api.branches.map_routes import router as map_routes
from api.branches.routes import router as branch_routes
from api.branches.setup import branch_service, load_branches
from api.contract.problem import Problem
from api.contract.staff import StaffRole
from api.conversations.retention import forget_conversations
from api.conversations.routes import ConversationStore
from api.conversations.routes import router as conversation_routes
from api.db.engine import Database
from api.documents.registry import DocumentRegistry
from api.documents.routes import document_routes
from api.documents.store import DocumentStore
from api.error_handlers import LastResortMiddleware, install_error_handlers, problem
from api.faq.store import FaqStore
from api.incoming import MAX_DEPTH, MAX_VALUES, IncomingMiddleware
from api.keys.vault import Vault
from api.limits.middleware import install_limits
from api.limits.quotas import Quotas
from api.limits.tally import Tally
from api.methods import HeadMiddleware, LiteralMiddleware
from api.metrics import Metrics, MetricsMiddleware
from api.openapi import DescribedApi
from api.patience import PatienceMiddleware
from api.privacy.nightly import forget_every_night
from api.privacy.routes import privacy_routes
from api.privacy.service import PrivacyService
from api.privacy.settings import RetentionSettings
from api.questions.log import QuestionLog
from api.questions.retention import forget_questions
from api.questions.routes import router as question_routes
from api.readiness import Readiness
from api.reference import add_reference
from api.settings import ApiSettings
from api.staff.hashing import PasswordHashes
from api.staff.logins import StaffLogins, session_rules
from api.staff.routes import at_least
from api.staff.routes import router as staff_routes
from api.staff.service import StaffService
from api.storage import make_vault, open_storage
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
    database = Database(settings.url)
    vault = make_vault(settings)
    registry = DocumentRegistry(database, now)
    metrics = metrics or Metrics()
    work = WorkPool(settings, metrics)
    branches = branch_service(database, settings, now, work)
    questions = QuestionLog(database, now, work, metrics.count_questions)
    readiness = Readiness(database, settings.data_dir)

    def live_documents() -> Mapping[str, PolicyDocument]:
        live = registry.live
        return {i: d for i, d in documents.items() if live is None or i in live}

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        try:
            await to_thread.run_sync(sweep_drafts, settings.data_dir)
            await open_storage(database, vault, settings)
            await registry.enrol(documents if shipped is None else shipped)
            await load_branches(branches, database, settings, now)
            readiness.has_started = True
            tasks = (
                asyncio.create_task(questions.keep_writing()),
                asyncio.create_task(forget_every_night(app.state.privacy, now)),
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
            work.close()
            await database.close()

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
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        responses={422: {"model": Problem, "description": "The request does not fit"}},
    )
    app.state.service_token = service_token(settings)
    app.state.database = database
    app.state.work = work
    app.state.registry = registry
    app.state.document_store = DocumentStore(database, now)
    app.state.faq = FaqStore(database, live_documents, now)
    app.state.questions = questions
    hashes = PasswordHashes()
    app.state.staff = StaffService(database, now, hashes)
    app.state.staff_logins = StaffLogins(
        database, now, hashes, session_rules(settings), metrics.count_login
    )
    app.state.branches = branches
    quotas = Quotas(Tally(database, vault, now), settings)
    app.state.applications = ApplicationService(
        database, vault, rules or NoRules(), PreferredBranch(branches), quotas, now
    )
    app.state.application_finder = ApplicationFinder(
        app.state.applications, database, vault, quotas, now
    )
    app.state.attachments = AttachmentStore(
        database, vault, attachment_files(vault, settings, now), settings, quotas, now
    )
    app.state.conversations = ConversationStore(database, vault, quotas, now)
    privacy = make_privacy(database, vault, settings, now)
    app.state.privacy = privacy
    install_error_handlers(app)
    app.add_middleware(IncomingMiddleware)
    app.add_middleware(PatienceMiddleware)
    install_limits(app, settings)
    app.add_middleware(LastResortMiddleware)
    app.add_middleware(MetricsMiddleware, metrics=metrics)
    app.add_middleware(LiteralMiddleware, described=app)
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
        privacy_routes(privacy, authorise, at_least(StaffRole.ADMINISTRATOR)),
        _operations(readiness, metrics),
    ):
        app.include_router(router)
    return app


def make_privacy(
    database: Database, vault: Vault, settings: ApiSettings, now: Callable[[], datetime]
) -> PrivacyService:
    """What serves people's rights to their data, for the API and for commands."""
    return PrivacyService(
        database,
        PersonalApplications(database, vault, attachment_files(vault, settings, now)),
        {
            "conversation": partial(forget_conversations, database),
            "question": partial(forget_questions, database),
        },
        RetentionSettings(),
        now,
    )


def attachment_files(
    vault: Vault, settings: ApiSettings, now: Callable[[], datetime]
) -> AttachmentFiles:
    """The files that applicants handed in."""
    return AttachmentFiles(vault, settings.data_dir / "attachments", now)


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
