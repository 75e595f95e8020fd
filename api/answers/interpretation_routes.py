"""The route that tells how a message is read."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Literal

from fastapi import APIRouter

from api.contract.answers import Turn
from api.contract.forms.catalog import forms
from api.contract.forms.models import FormField
from api.contract.interpretations import (
    AskView,
    EntityView,
    InterpretationView,
    MessageToRead,
    PlaceView,
    TimeView,
    ValueView,
)
from api.contract.problem import Problem
from api.work import OVERLOADED, Work
from knowledge.kit.budget import OverloadedError
from knowledge.kit.privacy import mask_personal_data
from knowledge.regions.divisions import divisions
from knowledge.understanding.fields import answers_field, read_field
from knowledge.understanding.interpretation import Entity, Interpretation, Product
from knowledge.understanding.labels import Act
from knowledge.understanding.pipeline import Interpreter
from knowledge.understanding.places import resolve_region
from knowledge.understanding.values.counts import Count
from knowledge.understanding.values.money import Money
from knowledge.understanding.values.shares import Rate, Share
from knowledge.understanding.values.spans import Duration
from knowledge.understanding.values.spreads import Spread
from knowledge.understanding.values.times import Period

PROBLEMS: dict[int | str, dict[str, object]] = {
    422: {"model": Problem, "description": "The message or the region does not fit"},
    429: {"model": Problem, "description": "Too many requests"},
    **OVERLOADED,
}
Unit = Literal["yuan", "persons", "months", "percent", "day"]
_UNITS: dict[type, Unit] = {
    Money: "yuan",
    Count: "persons",
    Duration: "months",
    Share: "percent",
}


def interpretation_routes(interpreter: Interpreter, today: Callable[[], date]) -> APIRouter:
    """The router over one interpreter."""
    router = APIRouter(prefix="/v1", tags=["answers"])

    @router.post("/interpretations", summary="Read a message", responses=PROBLEMS)
    async def interpret(message: MessageToRead, work: Work) -> InterpretationView:
        """What is done and asked in a message, of whom, how many, where and when.

        While too much waits, an answer to a form is still read, by its words alone.
        """
        try:
            return await work.run(
                lambda: view_interpretation(
                    read_message(interpreter, message, today()), message, today()
                ),
                size=len(message.text),
            )
        except OverloadedError:
            if message.expected_field is None:
                raise
            return view_interpretation(unread(message.text), message, today())

    return router


def read_message(interpreter: Interpreter, message: MessageToRead, today: date) -> Interpretation:
    """The reading of a message, whose personal data are masked first.

    Raises:
        UnknownRegionError: ``region`` names no division of China.
    """
    return interpreter.interpret(
        mask_personal_data(message.text),
        history=[mask_personal_data(said) for said in _said(message.history)],
        region=resolve_region(message.region) if message.region else None,
        today=message.as_of or today,
    )


def unread(text: str) -> Interpretation:
    """What is known of a message that nobody has read: that something was said."""
    return Interpretation(
        text=text,
        is_traditional=False,
        act=Act.TELL,
        confidence=0.0,
        asks=(),
        subject=None,
        product=Product.THIS_LOAN,
        entities=(),
        places=(),
        times=(),
        region=None,
        goes_on=False,
        corrects=False,
    )


def view_interpretation(
    reading: Interpretation, message: MessageToRead, today: date
) -> InterpretationView:
    """A reading as it is sent."""
    field = _field(message.expected_field)
    value = read_field(field, message.text, message.as_of or today) if field else None
    return InterpretationView(
        act=reading.act,
        confidence=round(reading.confidence, 3),
        asks=[
            AskView(matter=ask.matter, form=ask.form, confidence=round(ask.confidence, 3))
            for ask in reading.asks
        ],
        subject=reading.subject,
        product=reading.product,
        entities=[_entity(entity) for entity in reading.entities],
        places=[
            PlaceView(
                role=place.role,
                text=place.mention.text,
                codes=list(place.mention.codes),
                names=[divisions().full_name(code) for code in place.mention.codes],
                is_earlier=place.is_earlier,
            )
            for place in reading.places
        ],
        times=[
            TimeView(text=time.text, first=time.period.first, last=time.period.last)
            for time in reading.times
        ],
        region_code=reading.region,
        goes_on=reading.goes_on,
        corrects=reading.corrects,
        reason=reading.reason,
        groups=[term.name for term in reading.groups],
        loans=[term.name for term in reading.loans],
        lookalikes=[term.name for term in reading.lookalikes],
        doubts=list(reading.doubts),
        only_place=reading.only_place,
        expected_value=value,
        answers_expected=field is not None and answers_field(field, message.text, value, reading),
    )


def _said(history: list[Turn]) -> list[str]:
    return [turn.content for turn in history if turn.role == "user"]


def _field(field_id: str | None) -> FormField | None:
    fields = (field for form in forms().values() for field in form.fields)
    return next((field for field in fields if field.id == field_id), None)


def _entity(entity: Entity) -> EntityView:
    return EntityView(
        role=entity.role,
        text=entity.text,
        value=_value(entity.value),
        confidence=round(entity.confidence, 3),
        is_earlier=entity.is_earlier,
    )


def _value(value: object) -> ValueView | None:
    if isinstance(value, Period):
        return ValueView(unit="day", first=value.first, last=value.last)
    if isinstance(value, Rate):
        return _spread(value.percent, "percent") if value.percent else None
    return _spread(value, _UNITS[type(value)]) if isinstance(value, Spread | Count) else None


def _spread(value: Spread | Count, unit: Unit) -> ValueView:
    low, high = Decimal(value.low), Decimal(value.high)
    return ValueView(unit=unit, low=low, high=high, about=value.about)
