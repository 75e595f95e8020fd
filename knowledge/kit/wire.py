"""What every request is made of: strict JSON types, bounded numbers, days that calendars reach.

JSON says of a value what it is, so nothing is converted: ``0`` is no day, ``false`` no
count, ``"1"`` no number. What JSON has no type for comes in one form: days, moments and
the choices of an enum as texts, exact decimals as numbers or plain texts.
"""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, Strict, WithJsonSchema
from typing_extensions import TypeAliasType

FIRST_YEAR, LAST_YEAR = 1900, 2099
# What an INTEGER column holds in every database.
LARGEST_COUNT = 2**31 - 1
# The whole numbers that every reader of JSON reads alike (RFC 7493).
LARGEST_NUMBER = 2**53 - 1
LONGEST_MESSAGE = 10_000
LONGEST_TEXT = 100_000
MOST_ENTRIES = 1000

_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d.*", re.ASCII)
_PLAIN_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_MOST = 10**12
_YEARS = "^(19|20)[0-9]{2}-"

_AnyDay = TypeVar("_AnyDay", bound=date)


class RequestModel(BaseModel, strict=True, extra="forbid"):
    """The base of everything a request body holds."""


class QueryModel(BaseModel):
    """The base of what comes in an address, where every value is a text."""


def parse_day(text: str) -> date:
    """A day written 2026-01-31, of a year that is reckoned with.

    Raises:
        ValueError: it is written otherwise, is no day, or of another year.
    """
    if not _DAY.fullmatch(text):
        raise ValueError("not written as YYYY-MM-DD")
    return _reachable(date.fromisoformat(text))


def plain_decimal(value: object) -> Decimal:
    """A decimal that is a number, or a text without exponent; an exponent makes nine letters huge.

    Raises:
        ValueError: it is neither, or larger than any sum.
    """
    if isinstance(value, str):
        if not _PLAIN_DECIMAL.fullmatch(value):
            raise ValueError("not written as a plain number")
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("no number")
    if not -_MOST <= value <= _MOST:
        raise ValueError("larger than any sum")
    return value if isinstance(value, Decimal) else Decimal(str(value))


def to_places(places: int) -> Callable[[Decimal], Decimal]:
    """Rounds half up to so many decimal places at most."""
    step = Decimal(1).scaleb(-places)

    def rounded(number: Decimal) -> Decimal:
        is_whole = number == number.to_integral_value()
        return number if is_whole else number.quantize(step, ROUND_HALF_UP)

    return rounded


def _reachable(day: _AnyDay) -> _AnyDay:
    """Zones, terms and look-aheads are added to days, which overflows at a calendar's ends."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"not of a year from {FIRST_YEAR} to {LAST_YEAR}")
    return day


def _day(value: object) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return _reachable(value)
    if not isinstance(value, str):
        raise ValueError("not written as YYYY-MM-DD")
    return parse_day(value)


def _moment(value: object) -> object:
    if isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise ValueError("not written as YYYY-MM-DDThh:mm")
    return value


Day = Annotated[
    date,
    Strict(False),
    BeforeValidator(_day),
    WithJsonSchema(
        {"type": "string", "format": "date", "pattern": _YEARS, "examples": ["2026-01-31"]}
    ),
]
Moment = Annotated[
    datetime,
    Strict(False),
    BeforeValidator(_moment),
    AfterValidator(_reachable),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "pattern": _YEARS,
            "examples": ["2026-01-31T10:00:00+08:00"],
        }
    ),
]

JsonText = Annotated[str, Field(max_length=LONGEST_TEXT)]
JsonWhole = Annotated[int, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
JsonNumber = Annotated[float, Field(ge=-LARGEST_NUMBER, le=LARGEST_NUMBER)]
# Named, so that a schema can say of it that it holds others of its kind.
JsonValue = TypeAliasType(
    "JsonValue",
    "JsonText | JsonWhole | JsonNumber | bool"
    "| Annotated[list[JsonValue], Field(max_length=MOST_ENTRIES)]"
    "| Annotated[dict[str, JsonValue], Field(max_length=MOST_ENTRIES)] | None",
)
"""Any JSON, for what only its sender reads; it has an end wherever it is looked at."""
