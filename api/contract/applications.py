"""Wire models of applications."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field, Strict

from api.contract.conversations import Channel
from api.contract.forms.models import FieldValue, GivenValue
from api.contract.ids import (
    ApplicationId,
    AttachmentId,
    ClauseId,
    DocumentId,
    FieldId,
    FormId,
    HandoverCodeText,
    ReceiptText,
)
from knowledge.kit.wire import RequestModel


class ApplicationStatus(StrEnum):
    """Where an application stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class NewApplication(RequestModel):
    """Opens a draft of a form; consent comes before any personal field."""

    form: FormId = "personal"
    channel: Annotated[Channel, Strict(False)] = Field(
        default=Channel.API, description="believed of channels only; everybody else's is `api`"
    )


class DraftChange(RequestModel):
    """Answers to set (null clears one). ``consent`` records the version agreed to."""

    answers: dict[FieldId, GivenValue] = Field(default={}, max_length=200)
    consent_version: str | None = Field(default=None, max_length=40)


class FieldIssue(BaseModel):
    """What is wrong with one field; ``message`` is for the applicant."""

    field: str
    code: str
    message: str


class Finding(BaseModel):
    """An early word on eligibility: a condition, whether it is met, and its clause."""

    code: str
    outcome: str = Field(description="met | not_met | unknown")
    message: str
    document_id: DocumentId | None = None
    clause: ClauseId | None = None
    citation: str | None = Field(default=None, description="title, number and clause to show")


class Deadline(BaseModel):
    """What is due when."""

    name: str
    due_at: datetime


class EventView(BaseModel):
    """One line of an application's history."""

    at: datetime
    kind: str
    status: ApplicationStatus


class ApplicationView(BaseModel):
    """An application; personal fields masked. ``token`` only in the creating response."""

    id: ApplicationId
    form: FormId
    form_version: str
    status: ApplicationStatus
    step: str | None = Field(description="the next field to fill in a draft, else null")
    answers: dict[str, FieldValue]
    missing: list[str]
    issues: list[FieldIssue] = []
    findings: list[Finding] = []
    reasons: list[str] = []
    deadlines: list[Deadline] = []
    receipt: ReceiptText | None = None
    events: list[EventView] = []
    created_at: datetime
    updated_at: datetime
    token: str | None = None


class HandoverCode(BaseModel):
    """A code with which the draft can be continued on another channel, once."""

    code: HandoverCodeText
    expires_at: datetime


class AttachmentView(BaseModel):
    """A file that was kept."""

    id: AttachmentId
