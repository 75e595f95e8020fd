"""Routes for questions and for searching clauses."""

from collections.abc import AsyncIterator
from typing import Annotated, Protocol

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from api.contract.answers import Answer, ClauseHit, Question
from api.contract.problem import Problem
from api.documents.registry import DocumentRegistry
from api.questions.log import QuestionLog
from api.services import part_of
from api.work import OVERLOADED, Work
from knowledge.app import Knowledge
from knowledge.understanding.second_opinion import Doubtful, Opinion

PROBLEMS: dict[int | str, dict[str, object]] = {
    422: {"model": Problem, "description": "The question or the region does not fit"},
    429: {"model": Problem, "description": "Too many requests"},
    **OVERLOADED,
}


class Rewriter(Protocol):
    """What may put an answer into other words before it is sent."""

    async def rewrite(self, answer: Answer) -> Answer: ...

    def stream(self, answer: Answer) -> AsyncIterator[str | Answer]: ...


class NoRewriter:
    """Sends answers as they are."""

    async def rewrite(self, answer: Answer) -> Answer:
        return answer

    async def stream(self, answer: Answer) -> AsyncIterator[str | Answer]:
        """The lines of the answer, then the whole."""
        for line in answer.text.split("\n"):
            yield line
        yield answer


class Reader(Protocol):
    """What may read a message again whose reading is unsure."""

    async def read(self, doubtful: Doubtful) -> Opinion | None: ...


def answer_routes(
    knowledge: Knowledge, rewriter: Rewriter | None = None, second_reader: Reader | None = None
) -> APIRouter:
    """The router over one knowledge."""
    rewriter = rewriter or NoRewriter()
    router = APIRouter(prefix="/v1", tags=["answers"])

    @router.post(
        "/answers",
        summary="Answer a question with citations",
        responses={
            **PROBLEMS,
            200: {
                "content": {"text/event-stream": {}},
                "description": "The answer; as server-sent events when asked for: `line` per "
                "line of the text as soon as it is checked, then `answer` with the whole.",
            },
        },
        response_model=Answer,
    )
    async def post_answer(
        request: Request, question: Question, work: Work
    ) -> Answer | StreamingResponse:
        await part_of(request, DocumentRegistry).refresh()
        opinion = await second_opinion(question, work)
        answer = await work.run(
            lambda: knowledge.assistant.answer(question, opinion), size=len(question.question)
        )
        part_of(request, QuestionLog).note(question, answer)
        if "text/event-stream" in request.headers.get("accept", ""):
            events = _events(rewriter.stream(answer))
            return StreamingResponse(events, media_type="text/event-stream")
        return await rewriter.rewrite(answer)

    async def second_opinion(question: Question, work: Work) -> Opinion | None:
        if second_reader is None:
            return None
        doubtful = await work.run(
            lambda: knowledge.assistant.find_doubt(question), size=len(question.question)
        )
        return await second_reader.read(doubtful) if doubtful else None

    @router.get("/clauses", summary="Search clauses", responses=PROBLEMS)
    async def search_clauses(
        work: Work,
        q: Annotated[str, Query(min_length=1, max_length=500, examples=["展期 贴息"])],
        region: Annotated[str | None, Query(max_length=60)] = None,
        limit: Annotated[int, Query(ge=1, le=50)] = 10,
    ) -> list[ClauseHit]:
        """Clauses that fit the words best, those out of force included and marked."""
        hits = await work.run(lambda: knowledge.search(q, region, limit), size=len(q))
        return [
            ClauseHit.model_validate(
                {
                    "document_id": hit.chunk.document.id,
                    "title": hit.chunk.document.title,
                    "region": hit.chunk.document.region,
                    "clause": hit.chunk.clause.model_dump(
                        include={"id", "heading", "text", "topics", "subject", "article"}
                    ),
                    "score": round(hit.score, 4),
                    "in_force": hit.in_force,
                }
            )
            for hit in hits
        ]

    return router


async def _events(pieces: AsyncIterator[str | Answer]) -> AsyncIterator[str]:
    async for piece in pieces:
        if isinstance(piece, Answer):
            yield f"event: answer\ndata: {piece.model_dump_json()}\n\n"
        else:
            yield f"event: line\ndata: {piece}\n\n"
