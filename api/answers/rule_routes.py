"""Routes for verdicts on eligibility and for what a loan costs."""

from fastapi import APIRouter, Request

from api.contract.problem import Problem
from api.contract.rules import EligibilityQuestion, QuoteQuestion, QuoteView, Verdicts
from api.documents.registry import DocumentRegistry
from api.services import part_of
from knowledge.answering.eligibility import ConditionChecker
from knowledge.answering.quotes import QuoteService
from knowledge.answering.verdicts import VerdictService
from knowledge.app import Knowledge

PROBLEMS: dict[int | str, dict[str, object]] = {
    422: {"model": Problem, "description": "A fact or the region does not fit"},
    429: {"model": Problem, "description": "Too many requests"},
}


def rule_routes(knowledge: Knowledge, checker: ConditionChecker) -> APIRouter:
    """The router over the parameters of one knowledge."""
    router = APIRouter(prefix="/v1", tags=["rules"], responses=PROBLEMS)
    verdicts = VerdictService(checker, knowledge.assistant.live_documents)
    quotes = QuoteService(knowledge.parameters, knowledge.assistant.live_documents)

    @router.post("/eligibility", summary="Judge facts by the rules of place and day")
    async def judge(request: Request, question: EligibilityQuestion) -> Verdicts:
        """Three-valued; each condition with its clause. Never a promise of approval."""
        await part_of(request, DocumentRegistry).refresh()
        return verdicts.judge(question, knowledge.assistant.today())

    @router.post("/quotes", summary="Reckon a loan: instalments, interest, who pays it")
    async def quote(request: Request, question: QuoteQuestion) -> QuoteView:
        """By the subsidy rule in force that day; null where no confirmed rule is."""
        await part_of(request, DocumentRegistry).refresh()
        return quotes.quote(question, knowledge.assistant.today())

    return router
