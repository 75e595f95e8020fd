"""Wire models of a reading: what was understood of one message."""

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

from api.contract.answers import Turn
from api.contract.forms.models import FieldId, FieldValue
from knowledge.kit.wire import Day, RequestModel
from knowledge.understanding.interpretation import Doubt, Product
from knowledge.understanding.labels import Act, Form, Matter, Role, Who


class MessageToRead(RequestModel):
    """A message with what is known around it.

    ``region`` is a name or an adcode; ``expected_field`` the field of the form that was asked
    for, whose value is then read of the message too.
    """

    text: str = Field(min_length=1, max_length=2000, examples=["我跟俩朋友在济宁开面馆，想贷20万"])
    history: list[Turn] = Field(default_factory=list, max_length=40)
    region: str | None = Field(default=None, max_length=60, examples=["山东省济宁市"])
    as_of: Day | None = None
    expected_field: FieldId | None = Field(default=None, examples=["amount_yuan"])


class AskView(BaseModel):
    """One thing asked, and what kind of answer is wanted."""

    matter: Matter
    form: Form
    confidence: float


class ValueView(BaseModel):
    """A value that code read of a stretch.

    ``unit`` is yuan, persons, months, percent or day; ``low`` and ``high`` differ where a spread
    was said (二三十万); ``first`` and ``last`` bound a time. ``about`` marks an estimate.
    """

    unit: Literal["yuan", "persons", "months", "percent", "day"]
    low: Decimal | None = None
    high: Decimal | None = None
    first: date | None = None
    last: date | None = None
    about: bool = False


class EntityView(BaseModel):
    """A stretch of the message with its role."""

    role: Role
    text: str
    value: ValueView | None
    confidence: float
    is_earlier: bool


class PlaceView(BaseModel):
    """A place by its role; several codes where the name is of several places.

    ``is_earlier`` where an earlier message named it.
    """

    role: Role
    text: str
    codes: list[str]
    names: list[str]
    is_earlier: bool


class TimeView(BaseModel):
    """A time whose rules are asked about."""

    text: str
    first: date
    last: date


class InterpretationView(BaseModel):
    """What was understood of a message; ``confidence`` is the act's, from 0 to 1."""

    act: Act
    confidence: float
    asks: list[AskView]
    subject: Who | None
    product: Product
    entities: list[EntityView]
    places: list[PlaceView]
    times: list[TimeView]
    region_code: str | None
    only_place: str | None = Field(description="adcode of a message that only names a place")
    goes_on: bool
    corrects: bool
    reason: str | None = Field(description="family of a wrongdoing or of another matter")
    groups: list[str] = Field(description="kinds of persons named")
    loans: list[str] = Field(description="kinds of debts named")
    lookalikes: list[str] = Field(description="loans named that are not this one")
    doubts: list[Doubt] = Field(description="what is better asked back than guessed")
    expected_value: FieldValue = Field(
        default=None, description="of the expected field; null where the message does not say it"
    )
    answers_expected: bool = Field(
        default=False,
        description="whether it answers the expected field, rightly or not, and asks nothing else",
    )
