"""Wire models of the staff area."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.contract.answers import Answer, ClauseView, TraceNote
from api.contract.ids import AnswerId, ClauseRef, DocumentId, FaqId, IngestionId
from knowledge.kit.wire import Day, RequestModel

BACKGROUND_HEADER = "X-Chuangdai-Background"
"""Sent by a page that looks by itself: no sign that somebody is at work."""


class StaffRole(StrEnum):
    """What a member of staff may do; each role may do what those before it may."""

    CLERK = "clerk"
    EDITOR = "editor"
    ADMINISTRATOR = "administrator"

    def may(self, needed: "StaffRole") -> bool:
        """Whether this role includes another."""
        order = list(StaffRole)
        return order.index(self) >= order.index(needed)


class Login(RequestModel):
    """A member of staff who wants in."""

    login: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=1, max_length=200)
    device: str | None = Field(
        default=None, max_length=100, description="of an earlier session on the same device"
    )


class StaffView(BaseModel):
    """Who is at work."""

    login: str
    name: str
    role: StaffRole


class StaffSession(BaseModel):
    """A login that holds until it expires, is left unused or is given up."""

    token: str
    staff: StaffView
    expires_at: datetime
    device: str = Field(description="to be sent when logging in from the same device again")


class StaffQuestion(RequestModel):
    """A question with region and day chosen by hand."""

    question: str = Field(min_length=1, max_length=2000)
    region: str | None = Field(default=None, max_length=60)
    as_of: Day | None = None


class Understanding(BaseModel):
    """How a question was read."""

    intent: str
    intent_scores: dict[str, float]
    topics: list[str]
    subject: str | None
    region: str | None
    places: list[str]
    as_of: date


class FoundClause(BaseModel):
    """A clause found for a question; ``verdict`` says what became of it."""

    document_id: DocumentId
    title: str
    number: str | None
    region: str
    clause: ClauseView
    score: float
    coverage: float
    cosine: float | None
    in_force: bool | None
    verdict: str = Field(
        description="cited, below_threshold, other_subject, ended, or not_needed",
        examples=["cited"],
    )


class StaffAnswer(BaseModel):
    """The answer an applicant would get, with all that stands behind it."""

    answer: Answer
    trace: list[TraceNote] = Field(description="what each step on the way to it told")
    understanding: Understanding
    clauses: list[FoundClause]


class QuestionGroup(BaseModel):
    """Questions that ask the same and were not answered well, masked."""

    id: AnswerId = Field(description="id of the first question of the group")
    question: str
    region: str | None
    count: int
    unanswered: int = Field(description="how many found no answer or only part of one")
    unhelpful: int = Field(description="how many were answered and called unhelpful")
    last_asked: datetime
    variants: list[str] = Field(description="the other wordings, at most ten")
    trace: list[TraceNote] = Field(description="how the answer to the first came about")


class FaqState(StrEnum):
    """Where an answer written by staff stands; ``held`` ones wait for another look."""

    DRAFT = "draft"
    APPROVED = "approved"
    HELD = "held"
    RETIRED = "retired"


class FaqChange(RequestModel):
    """An answer as staff write it; ``text`` marks clauses as ``[1]``, counting ``clauses``."""

    question: str = Field(min_length=2, max_length=300)
    variants: list[Annotated[str, Field(max_length=300)]] = Field(
        default_factory=list, max_length=20
    )
    region: str = Field(default="100000", max_length=60)
    text: str = Field(min_length=1, max_length=4000)
    clauses: list[ClauseRef] = Field(
        min_length=1, max_length=20, examples=[["caijin-2023-75#amount-personal"]]
    )


class FaqView(FaqChange):
    """An answer with its state and history."""

    id: FaqId
    state: FaqState
    changed_clauses: list[str] = Field(
        default=[], description="clauses that are gone or read differently since approval"
    )
    author: str
    approver: str | None
    updated_at: datetime


class FaqDraft(BaseModel):
    """What the material says to a question, as a start for an answer."""

    question: str
    region: str
    text: str
    clauses: list[ClauseRef]


class DocumentChange(RequestModel):
    """Why a document is withdrawn or restored."""

    reason: str | None = Field(default=None, max_length=300)


class AffectedFigureView(BaseModel):
    """A figure that rests on a document, or is about the same matter in the same place."""

    parameter: str
    label: str
    region: str
    value: str
    clause: ClauseRef
    rests_on: bool


class AffectedAnswer(BaseModel):
    """An answer by staff that cites a document, or a figure that the document may change."""

    id: FaqId
    question: str
    rests_on: bool


class Impact(BaseModel):
    """What a document may change: figures, and answers written by staff."""

    figures: list[AffectedFigureView]
    faq: list[AffectedAnswer]


class DocumentEvent(BaseModel):
    """Something that happened to a document."""

    kind: str
    actor: str
    reason: str | None
    at: datetime


class StaffDocument(BaseModel):
    """A document as staff see it."""

    id: DocumentId
    title: str
    number: str | None
    region: str
    region_name: str
    status: str
    state: str = Field(description="live or withdrawn")
    is_added: bool = Field(description="added by this office, not shipped")


class StaffDocumentView(StaffDocument):
    """A document with its history and its impact."""

    model_config = ConfigDict(populate_by_name=True)

    clauses: list[ClauseView]
    notes: list[str]
    files: list[str]
    events: list[DocumentEvent]
    impact: Impact = Field(alias="touched")


class IngestionState(StrEnum):
    """Where a file read in stands."""

    WAITING = "waiting"
    READING = "reading"
    DONE = "done"
    SET_ASIDE = "set_aside"


class Ingestion(BaseModel):
    """A file handed in, and how far it is."""

    model_config = ConfigDict(populate_by_name=True)

    id: IngestionId
    name: str
    state: IngestionState
    page: int | None = None
    pages: int | None = None
    message: str = ""
    advice: str | None = None
    document_id: DocumentId | None = None
    impact: Impact | None = Field(default=None, alias="touched")


class Feedback(RequestModel):
    """Whether an answer helped."""

    is_helpful: bool
