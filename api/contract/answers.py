"""Wire models of questions and answers, and of the documents they cite."""

from pydantic import BaseModel

from api.contract.ids import ClauseId, DocumentId
from knowledge.answering.models import (
    Action,
    ActionKind,
    Answer,
    AnswerStatus,
    Applicability,
    CitationView,
    Figure,
    Intent,
    Question,
    TraceNote,
    Turn,
    WrittenBy,
)
from knowledge.documents import Clause

__all__ = [
    "Action",
    "ActionKind",
    "Answer",
    "AnswerStatus",
    "Applicability",
    "CitationView",
    "ClauseHit",
    "ClauseView",
    "DocumentSummary",
    "DocumentView",
    "Figure",
    "Intent",
    "Question",
    "TraceNote",
    "Turn",
    "WrittenBy",
    "view_clause",
]


class ClauseView(BaseModel):
    """A clause of a document."""

    id: ClauseId
    heading: str
    text: str
    topics: list[str]
    subject: str
    article: str | None


def view_clause(clause: Clause) -> ClauseView:
    """A clause as the API sends it."""
    return ClauseView(
        id=clause.id,
        heading=clause.heading,
        text=clause.text,
        topics=[topic.value for topic in clause.topics],
        subject=clause.subject.value,
        article=clause.article,
    )


class DocumentSummary(BaseModel):
    """A document in a list."""

    id: DocumentId
    title: str
    number: str | None
    kind: str
    region: str
    region_name: str
    issued: str | None
    effective_from: str | None
    effective_to: str | None
    status: str


class DocumentView(DocumentSummary):
    """A document with its clauses; a digest, the official text prevails."""

    issuers: list[str]
    supersedes: list[str]
    superseded_by: list[str]
    conflicts: list[dict[str, str]]
    notes: list[str]
    sources: list[dict[str, str | None]]
    digest_note: str
    clauses: list[ClauseView]


class ClauseHit(BaseModel):
    """A clause found by a search, best first; ``score`` = coverage + 5 × cosine."""

    document_id: DocumentId
    title: str
    region: str
    clause: ClauseView
    score: float
    in_force: bool | None
