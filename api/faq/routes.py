"""Routes of answers written by staff."""

import re

from fastapi import APIRouter, Request

from api.contract.answers import Question
from api.contract.ids import FaqId
from api.contract.problem import Problem
from api.contract.staff import FaqChange, FaqDraft, FaqView, StaffQuestion
from api.faq.store import FaqStore
from api.services import part_of
from api.staff.routes import REFUSALS, Clerk, Editor
from api.work import OVERLOADED, Work
from knowledge.answering.pipeline import PolicyAssistant
from knowledge.documents import NATION

PROBLEMS: dict[int | str, dict[str, object]] = {
    **REFUSALS,
    404: {"model": Problem},
    422: {"model": Problem, "description": "A figure or a clause is not in the material"},
}


def faq_routes(assistant: PolicyAssistant) -> APIRouter:
    """The router; ``assistant`` drafts answers."""
    router = APIRouter(prefix="/v1/staff/faq", tags=["staff"], responses=PROBLEMS)

    @router.get("", summary="Answers by staff")
    async def list_faq(request: Request, staff: Clerk) -> list[FaqView]:
        """All of them, the latest change first; ``held`` ones wait for another look."""
        return await _store(request).all()

    @router.post("/draft", summary="A start for an answer", responses=OVERLOADED)
    async def draft_answer(question: StaffQuestion, staff: Clerk, work: Work) -> FaqDraft:
        """What the material says to a question, with the clauses it rests on; not kept."""
        asked = Question(question=question.question, region=question.region)
        answer = await work.run(lambda: assistant.answer(asked), size=len(asked.question))
        return FaqDraft(
            question=question.question,
            region=answer.applicability.region_code or NATION,
            text=re.sub(r"\n{2,}", "\n", answer.text),
            clauses=[f"{c.document_id}#{c.clause}" for c in answer.citations],
        )

    @router.post("", status_code=201, summary="Keep a draft")
    async def add_faq(request: Request, change: FaqChange, staff: Clerk) -> FaqView:
        """A draft answers nobody until an editor approves it."""
        return await _store(request).add(change, actor=staff.login)

    @router.put("/{faq_id}", summary="Change an answer")
    async def change_faq(
        request: Request, faq_id: FaqId, change: FaqChange, staff: Clerk
    ) -> FaqView:
        """What was approved is a draft again."""
        return await _store(request).change(faq_id, change, actor=staff.login)

    @router.post("/{faq_id}/approval", summary="Approve an answer")
    async def approve_faq(request: Request, faq_id: FaqId, staff: Editor) -> FaqView:
        """Used from now on, first and everywhere, while its clauses read as they do today."""
        return await _store(request).approve(faq_id, actor=staff.login)

    @router.post("/{faq_id}/retirement", summary="Use an answer no more")
    async def retire_faq(request: Request, faq_id: FaqId, staff: Editor) -> FaqView:
        """It is kept with its history."""
        return await _store(request).retire(faq_id, actor=staff.login)

    return router


def _store(request: Request) -> FaqStore:
    return part_of(request, FaqStore)
