"""The staff view of an answer: how the question was read, and every clause found."""

from fastapi import APIRouter, Request

from api.contract.answers import Question, view_clause
from api.contract.staff import FoundClause, StaffAnswer, StaffQuestion, Understanding
from api.documents.registry import DocumentRegistry
from api.services import part_of
from api.staff.routes import REFUSALS, Clerk
from api.work import OVERLOADED, Work
from knowledge.answering.context import fits, subject_of
from knowledge.answering.pipeline import PolicyAssistant
from knowledge.answering.ranking import MIN_SCORE
from knowledge.retrieval.hybrid import Hit
from knowledge.understanding.interpretation import Interpretation

CLAUSES_SHOWN = 20


def staff_answer_routes(assistant: PolicyAssistant) -> APIRouter:
    """The router over one assistant."""
    router = APIRouter(prefix="/v1/staff", tags=["staff"], responses={**REFUSALS, **OVERLOADED})

    @router.post("/answers", summary="Answer with all that stands behind it")
    async def explain(
        request: Request, question: StaffQuestion, staff: Clerk, work: Work
    ) -> StaffAnswer:
        """The answer an applicant would get there on that day, and why."""
        await part_of(request, DocumentRegistry).refresh()
        return await work.run(lambda: _explain(assistant, question), size=len(question.question))

    return router


def _explain(assistant: PolicyAssistant, question: StaffQuestion) -> StaffAnswer:
    asked = Question(**question.model_dump(), audience="staff")
    answer = assistant.answer(asked)
    reading, on = assistant.read(asked)
    cited = {f"{c.document_id}#{c.clause}" for c in answer.citations}
    return StaffAnswer(
        answer=answer,
        trace=answer.trace,
        understanding=Understanding(
            intent=answer.intent.value,
            intent_scores={act.value: score for act, score in reading.acts.items()},
            topics=[topic.value for topic in reading.topics],
            subject=reading.subject.value if reading.subject else None,
            region=answer.applicability.region,
            places=[place.mention.text for place in reading.places],
            as_of=on,
        ),
        clauses=[
            _found(score, hit, reading, cited)
            for score, hit in assistant.find_clauses(asked, CLAUSES_SHOWN, cited)
        ],
    )


def _found(score: float, hit: Hit, reading: Interpretation, cited: set[str]) -> FoundClause:
    document = hit.chunk.document
    return FoundClause(
        document_id=document.id,
        title=document.title,
        number=document.number,
        region=document.region,
        clause=view_clause(hit.chunk.clause),
        score=round(score, 4),
        coverage=round(hit.coverage, 4),
        cosine=None if hit.cosine is None else round(hit.cosine, 4),
        in_force=hit.in_force,
        verdict=_verdict(score, hit, reading, cited),
    )


def _verdict(score: float, hit: Hit, reading: Interpretation, cited: set[str]) -> str:
    if hit.chunk.id in cited:
        return "cited"
    if hit.in_force is False and reading.period is None:
        return "ended"
    if not fits(hit.chunk.clause, subject_of(reading)):
        return "other_subject"
    return "below_threshold" if score < MIN_SCORE else "not_needed"
