"""Builds the API alone: what it answers from, its routes, and what goes on behind them."""

from collections.abc import Callable, Sequence

from fastapi import APIRouter, FastAPI

from api.answers.interpretation_routes import interpretation_routes
from api.answers.routes import answer_routes
from api.answers.rule_routes import rule_routes
from api.answers.staff_routes import staff_answer_routes
from api.answers.vectors import keep_vectors
from api.app import create_api
from api.applications.knowledge_rules import KnowledgeRules
from api.background import around_lifespan
from api.documents.following import LiveDocuments, follow_documents
from api.documents.ingestion.impact import ImpactFinder
from api.documents.ingestion.queue import IngestionQueue
from api.documents.registry import DocumentRegistry
from api.documents.staff_routes import staff_document_routes
from api.documents.store import DocumentStore
from api.faq.following import follow_faq
from api.faq.routes import faq_routes
from api.faq.store import FaqStore
from api.headers import PagePolicy, SecurityHeadersMiddleware
from api.methods import add_fallback
from api.metrics import Metrics
from api.questions.log import QuestionLog
from api.services import part_of, services_of
from api.settings import ServerSettings
from api.work import WorkPool
from ingest.settings import IngestSettings
from knowledge.answering.eligibility import ConditionChecker
from knowledge.app import Knowledge, build_knowledge
from knowledge.llm.building import build_rewriter, build_second_reader


def create_server(
    settings: ServerSettings,
    *,
    routers: Sequence[APIRouter] = (),
    policy: PagePolicy | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> FastAPI:
    """The API with all that it answers from.

    It answers from rules and lexical search at once; vectors are loaded behind.

    Args:
        settings: of the API, of knowledge and of ingestion.
        routers: what channels serve below ``/v1`` in the same process.
        policy: what pages served beside the API may do.
        on_progress: told how far the vectors are.
    """
    live = LiveDocuments()
    knowledge = build_knowledge(live=live, policies=settings.knowledge.policies_dir)
    metrics = Metrics()
    rewriter = build_rewriter(settings.llm, metrics.count_llm)
    second_reader = build_second_reader(settings.llm, metrics.count_second_reading)
    checker = ConditionChecker(knowledge.parameters, knowledge.assistant.live_documents)
    app = create_api(
        settings.api,
        documents=knowledge.documents,
        shipped=list(knowledge.documents.shipped),
        rules=KnowledgeRules(checker),
        routers=[
            answer_routes(knowledge, rewriter, second_reader),
            interpretation_routes(knowledge.interpreter, knowledge.assistant.today),
            rule_routes(knowledge, checker),
            *routers,
        ],
        metrics=metrics,
    )
    services_of(app).add(knowledge)
    live.registry = part_of(app, DocumentRegistry)
    _add_staff(app, knowledge, settings.ingest)
    add_fallback(app)
    # The outermost, so that no answer goes without; pages mounted later are within it.
    app.add_middleware(SecurityHeadersMiddleware, policy=policy or PagePolicy())
    _follow(app, knowledge, live)
    for model_user in (rewriter, second_reader):
        if model_user:
            around_lifespan(app, model_user.close_at_end)
    if settings.knowledge.vectors:
        around_lifespan(app, lambda: keep_vectors(knowledge, settings.knowledge, on_progress))
    return app


def _add_staff(app: FastAPI, knowledge: Knowledge, settings: IngestSettings) -> None:
    """What staff see and change, and the run that reads in what they hand in."""
    services = services_of(app)
    impact = ImpactFinder(knowledge, services.get(FaqStore))
    queue = IngestionQueue(
        services.get(DocumentStore), knowledge, impact, settings, services.get(WorkPool)
    )
    for router in (
        staff_answer_routes(knowledge.assistant),
        faq_routes(knowledge.assistant),
        staff_document_routes(knowledge.documents, knowledge.documents.shipped, impact, queue),
    ):
        app.include_router(router)
    around_lifespan(app, queue.work)


def _follow(app: FastAPI, knowledge: Knowledge, live: LiveDocuments) -> None:
    """Keep this process in step with what staff change in any."""
    services = services_of(app)
    store, faq = services.get(DocumentStore), services.get(FaqStore)
    close_answered = services.get(QuestionLog).close_answered
    around_lifespan(app, lambda: follow_documents(live, store, knowledge))
    around_lifespan(app, lambda: follow_faq(faq, knowledge.assistant, close_answered))
