"""What a form is: ordered fields that the API validates with and every channel asks with."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.contract.branches import ApplicantKind
from knowledge.kit.wire import LARGEST_NUMBER, LONGEST_MESSAGE

FieldValue = str | int | bool | list[str] | None

# The same as it comes in from outside.
FieldId = Annotated[str, Field(max_length=60)]
GivenText = Annotated[str, Field(max_length=LONGEST_MESSAGE)]
GivenNumber = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
GivenValue = (
    GivenText | GivenNumber | bool | Annotated[list[GivenText], Field(max_length=50)] | None
)


class FieldKind(StrEnum):
    """How a field is asked for and validated."""

    CONSENT = "consent"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    TEXT = "text"
    INTEGER = "integer"
    MONEY = "money"
    MONTHS = "months"
    DATE = "date"
    REGION = "region"
    NAME = "name"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    BRANCH = "branch"


class Choice(BaseModel, frozen=True):
    """One thing to pick."""

    id: str
    label: str


class Condition(BaseModel, frozen=True):
    """A field is asked only if another field has one of these values."""

    field: str
    one_of: list[str | bool | int]


class FormField(BaseModel, frozen=True):
    """One question of a form.

    ``personal`` fields are encrypted at rest and masked wherever they are shown.
    Amounts are whole yuan, terms whole months.
    """

    id: str
    section: str
    kind: FieldKind
    label: str
    also_called: list[str] = []
    question: str
    help: str | None = None
    example: str | None = None
    required: bool = True
    personal: bool = False
    choices: list[Choice] = []
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    visible_if: list[Condition] = Field(default=[], description="all must hold")


class Form(BaseModel, frozen=True):
    """A versioned form."""

    id: str
    version: str
    title: str
    product: str
    applicant_kind: Literal["personal", "partners", "enterprise"]
    consent_version: str
    consent_text: str
    fields: list[FormField]

    @property
    def branch_kind(self) -> ApplicantKind:
        """Whom a branch must serve to take it; partners borrow as persons."""
        is_enterprise = self.applicant_kind == "enterprise"
        return ApplicantKind.ENTERPRISE if is_enterprise else ApplicantKind.PERSONAL


class FormSummary(BaseModel):
    """A form in a list."""

    id: str
    version: str
    title: str
    product: str
