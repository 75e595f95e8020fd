"""Wire models of what a person may ask of their own data: a copy, and its erasure."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, Field

from api.contract.ids import ApplicationId, ReceiptText
from knowledge.kit.wire import RequestModel


class PrivacyAct(StrEnum):
    """What was done with somebody's data."""

    COPY = "copy"
    ERASURE = "erasure"
    EXPIRY = "expiry"


class PrivacyProof(BaseModel):
    """That something was done: what a person keeps, and what staff find again by its number."""

    number: str = Field(examples=["ZL20261130-7K3M9Q"])
    act: PrivacyAct
    at: datetime
    actor: str = Field(description="applicant, the login of a member of staff, or the nightly run")
    application_id: ApplicationId | None = Field(description="null for a nightly run")
    counts: dict[str, int] = Field(description="how much of each kind of record was taken away")
    reason: str | None = None


class CopyLink(BaseModel):
    """An address under which a copy can be fetched once."""

    path: str = Field(examples=["/v1/personal-data/copies/…"])
    expires_at: datetime


class PrivacyRequest(RequestModel):
    """A request that a person made at the counter, carried out by staff."""

    receipt: ReceiptText
    reason: str = Field(min_length=2, max_length=200, description="who asked, how it was checked")
