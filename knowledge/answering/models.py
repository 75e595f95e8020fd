"""What a question and an answer are; the API sends them as they stand."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from knowledge.kit.wire import Day, RequestModel


class AnswerStatus(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    PARTLY_ANSWERED = "partly_answered"
    NO_SOURCE = "no_source"
    OUT_OF_SCOPE = "out_of_scope"
    BLOCKED = "blocked"
    HANDOFF = "handoff"
    FAILED = "failed"


class Intent(StrEnum):
    """What a message wants."""

    POLICY = "policy"
    ELIGIBILITY = "eligibility"
    APPLY = "apply"
    STATUS = "status"
    BRANCH = "branch"
    HANDOFF = "handoff"
    SMALLTALK = "smalltalk"
    OUT_OF_SCOPE = "out_of_scope"
    UNSAFE = "unsafe"


class Turn(RequestModel):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=4000)


class Question(RequestModel):
    """A question as a channel or a script asks it.

    ``region`` is a name (济宁市, 任城区) or an adcode; ``as_of`` the day whose rules
    are wanted (today when left out). ``completes`` says that the answer before asked back, so that
    a message which asks nothing itself completes the question.
    """

    question: str = Field(min_length=1, max_length=2000, examples=["济宁个人最多能贷多少"])
    region: str | None = Field(default=None, max_length=60, examples=["山东省济宁市"])
    as_of: Day | None = None
    history: list[Turn] = Field(default_factory=list, max_length=40)
    completes: bool = False
    audience: Literal["applicant", "staff"] = "applicant"


class Applicability(BaseModel):
    """The region (name and adcode, or unknown) and day an answer holds for."""

    region: str | None
    region_code: str | None = None
    as_of: date


class Figure(BaseModel):
    """A number said in the answer; ``citation`` is the ``n`` of the clause it rests on."""

    name: str
    value: Decimal
    unit: str
    citation: int


class CitationView(BaseModel):
    """A clause an answer rests on; ``effective_from``/``to`` as exact as they are known."""

    n: int
    document_id: str
    title: str
    number: str | None
    issuer: str | None
    region: str
    clause: str
    clause_title: str = Field(description="place in the original where known, and heading")
    quote: str
    effective_from: str | None
    effective_to: str | None
    in_force: bool | None = Field(description="null: the material does not confirm it")
    url: str | None


class WrittenBy(StrEnum):
    """Who worded an answer's text; figures, citations and status are always by the rules."""

    RULES = "rules"
    AI = "ai"


class ActionKind(StrEnum):
    """What a person may do next."""

    START_APPLICATION = "start_application"
    CHECK_ELIGIBILITY = "check_eligibility"
    FIND_BRANCH = "find_branch"
    ASK_STAFF = "ask_staff"


class Action(BaseModel):
    """A next step offered with an answer."""

    kind: ActionKind
    label: str


class ReadingChoice(BaseModel):
    """One way a message may have been meant; ``says`` is what choosing it says."""

    label: str
    says: str


class AskedBack(BaseModel):
    """A short question back, where a guess would decide, with the readings as choices."""

    question: str
    readings: list[ReadingChoice]


class TraceNote(BaseModel):
    """What one step on the way to an answer found or decided."""

    step: str
    told: str


class Answer(BaseModel):
    """An answer with its evidence. ``text`` marks citations as ``[1]``."""

    id: str
    status: AnswerStatus
    intent: Intent
    topic: str | None
    text: str
    ask_region: bool
    asked_back: AskedBack | None = Field(
        default=None,
        description="what is asked instead of guessing; what is chosen is the next message",
    )
    applicability: Applicability
    figures: list[Figure]
    citations: list[CitationView]
    actions: list[Action]
    faq_id: str | None = Field(
        default=None, description="the answer that staff wrote and approved, where it is one"
    )
    elapsed_ms: float
    written_by: WrittenBy = WrittenBy.RULES
    trace: list[TraceNote] = Field(default_factory=list, exclude=True)
