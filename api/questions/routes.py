"""Routes of recorded questions: was an answer helpful, and what staff should look at."""

from fastapi import APIRouter, Request

from api.contract.ids import AnswerId
from api.contract.problem import Problem
from api.contract.staff import Feedback, QuestionGroup
from api.questions.log import QuestionLog
from api.services import part_of
from api.staff.routes import REFUSALS, Clerk
from api.work import OVERLOADED

router = APIRouter(prefix="/v1", tags=["questions"])
MISSING: dict[int | str, dict[str, object]] = {404: {"model": Problem}}


@router.post(
    "/answers/{answer_id}/feedback", status_code=204, summary="Did it help", responses=MISSING
)
async def rate_answer(request: Request, answer_id: AnswerId, feedback: Feedback) -> None:
    """Unhelpful answers go to staff; the text was masked when it was recorded."""
    await _log(request).rate(answer_id, is_helpful=feedback.is_helpful)


@router.get(
    "/staff/unanswered", summary="Questions to look at", responses={**REFUSALS, **OVERLOADED}
)
async def list_unanswered(request: Request, staff: Clerk) -> list[QuestionGroup]:
    """Groups of questions that were not answered well, most often asked first."""
    return await _log(request).groups()


@router.post(
    "/staff/unanswered/{question_id}/dismissal",
    status_code=204,
    summary="Nothing to do about it",
    responses={**REFUSALS, **MISSING, **OVERLOADED},
)
async def dismiss(request: Request, question_id: AnswerId, staff: Clerk) -> None:
    """Takes a whole group off the list."""
    await _log(request).dismiss(question_id)


def _log(request: Request) -> QuestionLog:
    return part_of(request, QuestionLog)
