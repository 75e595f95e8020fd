"""What a policy document is: plain data, no I/O.

A document is a *digest* written by this project from researched facts; the
official text prevails. Its clauses are the smallest citable units.
"""

from datetime import date
from enum import StrEnum
from typing import NamedTuple, Self

from pydantic import BaseModel, Field, field_serializer, field_validator, model_validator

NATION = "100000"


class DocumentKind(StrEnum):
    """What sort of text a document is; the order is its rank as evidence, best first."""

    POLICY = "policy"
    GUIDE = "guide"
    QA = "qa"
    PRESS_CONFERENCE = "press_conference"
    PRACTICE_REPORT = "practice_report"
    OVERVIEW = "overview"
    DRAFT = "draft"


class DocumentStatus(StrEnum):
    """Whether a document is in force; ``unknown`` must be said to be unconfirmed."""

    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class SourceKind(StrEnum):
    """Where a fact was read, best first; ``unsafe_mirror`` never becomes a link."""

    OFFICIAL = "official"
    LAW_DB = "law_db"
    SEED = "seed"
    PRESS = "press"
    THIRD_PARTY = "third_party"
    UNSAFE_MIRROR = "unsafe_mirror"


class Subject(StrEnum):
    """Who a clause or a parameter speaks about."""

    ANY = "any"
    PERSONAL = "personal"
    PARTNERS = "partners"
    ENTERPRISE = "enterprise"


class Topic(StrEnum):
    """What a clause is about."""

    AMOUNT = "amount"
    TERM = "term"
    RATE = "rate"
    SUBSIDY = "subsidy"
    REPEAT = "repeat"
    ELIGIBILITY = "eligibility"
    HIRING = "hiring"
    OTHER_LOANS = "other_loans"
    GUARANTEE = "guarantee"
    COUNTER_GUARANTEE = "counter_guarantee"
    MATERIALS = "materials"
    PROCESS = "process"
    TIME_LIMIT = "time_limit"
    WHERE = "where"
    USE = "use"
    REPAYMENT = "repayment"
    OVERDUE = "overdue"
    EXTENSION = "extension"
    FUND = "fund"
    RISK_SHARING = "risk_sharing"
    RECOVERY = "recovery"
    TRAINING = "training"
    GRANT = "grant"
    VALIDITY = "validity"
    RESULTS = "results"
    OTHER = "other"


class Matter(StrEnum):
    """What a question is about, and what a clause answers: finer than its topic."""

    AMOUNT = "amount"
    AMOUNT_TIERS = "amount_tiers"
    TERM = "term"
    RATE = "rate"
    SUBSIDY = "subsidy"
    SUBSIDY_PAYMENT = "subsidy_payment"
    INTEREST_SUM = "interest_sum"
    REPEAT = "repeat"
    ELIGIBILITY = "eligibility"
    AGE_LIMIT = "age_limit"
    HOUSEHOLD = "household"
    REGISTRATION = "registration"
    BUSINESS_AGE = "business_age"
    EMPLOYMENT = "employment"
    STUDENT = "student"
    CREDIT = "credit"
    OTHER_LOANS = "other_loans"
    HIRING = "hiring"
    INDUSTRY = "industry"
    USE = "use"
    REPAYMENT = "repayment"
    PREPAYMENT = "prepayment"
    EXTENSION = "extension"
    OVERDUE = "overdue"
    RECOVERY = "recovery"
    GUARANTOR = "guarantor"
    GUARANTOR_LIABILITY = "guarantor_liability"
    COLLATERAL = "collateral"
    WAIVER = "waiver"
    FEES = "fees"
    MATERIALS = "materials"
    PROCESS = "process"
    TIME_LIMIT = "time_limit"
    WHERE = "where"
    ONLINE = "online"
    CONTACT = "contact"
    HOURS = "hours"
    QUOTA = "quota"
    REJECTION = "rejection"
    VALIDITY = "validity"
    HISTORY = "history"
    COMPARE_PLACES = "compare_places"
    PRODUCT_CHOICE = "product_choice"
    BANKS = "banks"
    RISK_SHARING = "risk_sharing"
    FUND = "fund"
    TRAINING = "training"
    GRANTS = "grants"
    PUBLICITY = "publicity"
    POST_LOAN = "post_loan"
    PRIVACY = "privacy"
    DEFINITION = "definition"
    STATISTICS = "statistics"
    APPROVAL = "approval"
    OTHER = "other"


class ClauseLabels(NamedTuple):
    """What a clause is on and which questions it answers, best first."""

    topics: tuple[Topic, ...]
    matters: tuple[Matter, ...]


class PartialDate(NamedTuple):
    """A date known to the year, month or day.

    ``first`` is its first day, ``text`` the form in which it is known
    (``2024``, ``2024-05`` or ``2024-05-01``).
    """

    first: date
    text: str

    @classmethod
    def parse(cls, raw: object) -> Self:
        """Read ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD``.

        Raises:
            ValueError: it is none of these.
        """
        text = raw.isoformat() if isinstance(raw, date) else str(raw).strip()
        parts = [int(part) for part in text.split("-")]
        if not 1 <= len(parts) <= 3 or len(text) not in (4, 7, 10):
            raise ValueError(f"not a date: {text}")
        year, month, day = (*parts, 1, 1)[:3]
        return cls(date(year, month, day), text)

    def spoken(self) -> str:
        """The date as a Chinese reader writes it, no more exact than it is known."""
        year, *rest = self.text.split("-")
        month = f"{int(rest[0])}月" if rest else ""
        day = f"{int(rest[1])}日" if len(rest) > 1 else ""
        return f"{year}年{month}{day}"


class Source(BaseModel, frozen=True, extra="forbid"):
    """One place where the facts of a document were read."""

    title: str = Field(min_length=1)
    url: str | None = None
    kind: SourceKind

    @model_validator(mode="after")
    def _unsafe_mirror_has_no_link(self) -> Self:
        if self.kind is SourceKind.UNSAFE_MIRROR and self.url:
            raise ValueError("a source of kind unsafe_mirror must not carry a link")
        if self.url and not self.url.startswith(("http://", "https://")):
            raise ValueError(f"not a web address: {self.url}")
        return self


class Conflict(BaseModel, frozen=True, extra="forbid"):
    """A doubt, or a disagreement between sources, kept instead of averaged away."""

    about: str = Field(min_length=1)
    detail: str = Field(min_length=1)


class Clause(BaseModel, frozen=True, extra="forbid"):
    """The smallest citable unit: one heading of a document and its text.

    ``matters`` are the questions that it answers by itself, best first.
    """

    document_id: str
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    heading: str = Field(min_length=1)
    text: str = Field(min_length=1)
    topics: tuple[Topic, ...] = Field(min_length=1)
    matters: tuple[Matter, ...] = ()
    subject: Subject = Subject.ANY
    article: str | None = None
    position: int = 0

    @property
    def ref(self) -> str:
        """The clause's address in the corpus: ``document#clause``."""
        return f"{self.document_id}#{self.id}"


class PolicyDocument(BaseModel, frozen=True, extra="forbid", arbitrary_types_allowed=True):
    """A policy document as the corpus holds it.

    ``is_general``: on all loans, not this one. ``only_for``: the groups of the vocabulary that
    it is laid down for, where it is for nobody else.
    """

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str = Field(min_length=1)
    number: str | None = None
    kind: DocumentKind
    is_general: bool = False
    only_for: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    region: str = Field(pattern=r"^\d{6}$")
    issued: PartialDate | None = None
    effective_from: PartialDate | None = None
    effective_to: PartialDate | None = None
    status: DocumentStatus
    supersedes: tuple[str, ...] = ()
    superseded_by: tuple[str, ...] = ()
    supersession: str | None = None
    conflicts: tuple[Conflict, ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    clauses: tuple[Clause, ...] = Field(min_length=1)

    @field_validator("issued", "effective_from", "effective_to", mode="before")
    @classmethod
    def _read_date(cls, raw: object) -> object:
        return raw if raw is None or isinstance(raw, PartialDate) else PartialDate.parse(raw)

    @field_serializer("issued", "effective_from", "effective_to")
    def _write_date(self, known: PartialDate | None) -> str | None:
        return known.text if known else None

    @property
    def starts(self) -> PartialDate | None:
        """The day from which it holds: as stated, else as issued, else unknown."""
        return self.effective_from or self.issued

    @property
    def best_url(self) -> str | None:
        """The link of the best source that has one."""
        order = list(SourceKind)
        linked = [source for source in self.sources if source.url]
        return min(linked, key=lambda s: order.index(s.kind)).url if linked else None

    def in_force_on(self, day: date) -> bool | None:
        """Whether the document holds on ``day``; None when the material does not say.

        ``effective_to`` is its last day.
        """
        starts = self.starts
        if starts and day < starts.first:
            return False
        if self.effective_to and day > self.effective_to.first:
            return False
        if self.kind is DocumentKind.DRAFT:
            return False
        if self.status is DocumentStatus.IN_FORCE:
            return True
        if self.status is DocumentStatus.UNKNOWN or starts is None:
            return None
        return self.effective_to is not None or None
