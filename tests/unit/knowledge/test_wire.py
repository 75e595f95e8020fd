"""Strict requests: JSON keeps its types, days and decimals have one form and an end."""

from datetime import date
from decimal import Decimal
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import AfterValidator, BeforeValidator, Field, Strict, ValidationError

from knowledge.answering.quotes import QuoteQuestion
from knowledge.kit.wire import Day, Moment, RequestModel, plain_decimal, to_places


class Asked(RequestModel):
    """One field of each kind."""

    count: int | None = None
    is_so: bool | None = None
    degrees: float | None = None
    day: Day | None = None
    moment: Moment | None = None
    sum: (
        Annotated[
            Decimal,
            Strict(False),
            BeforeValidator(plain_decimal),
            AfterValidator(to_places(2)),
            Field(ge=0, le=100),
        ]
        | None
    ) = None


@pytest.mark.parametrize(
    "given",
    [
        {"count": False},
        {"count": "1"},
        {"count": 1.5},
        {"is_so": 1},
        {"is_so": "true"},
        {"degrees": "35.4"},
        {"degrees": True},
        {"day": 0},
        {"day": "0"},
        {"day": "1654646400"},
        {"day": "2026-01-31T00:00:00"},
        {"day": "２０２６-01-31"},
        {"day": "2026-02-30"},
        {"day": "0001-01-01"},
        {"day": "9999-12-31"},
        {"moment": 0},
        {"moment": "0"},
        {"moment": "2026-01-31"},
        {"moment": "0001-01-01T00:00:00+14:00"},
        {"moment": "9999-12-31T23:59:59-12:00"},
        {"moment": "2026-01-31T10:00:00+99:99"},
        {"sum": True},
        {"sum": "1e-999999"},
        {"sum": "1e1"},
        {"sum": "NaN"},
        {"sum": "٣"},
        {"sum": 10**400},
        {"sum": float("nan")},
        {"sum": 101},
        {"unknown": 1},
    ],
    ids=str,
)
def test_nothing_is_taken_for_what_it_is_not(given):
    with pytest.raises(ValidationError):
        Asked.model_validate(given)


def test_what_fits_is_taken():
    asked = Asked.model_validate(
        {
            "count": 3,
            "is_so": True,
            "degrees": 35,
            "day": "2026-01-31",
            "moment": "2026-01-31T10:00:00+23:59",
            "sum": "3.6",
        }
    )

    assert (asked.count, asked.is_so, asked.degrees) == (3, True, 35.0)
    assert asked.day == date(2026, 1, 31)
    assert asked.sum == Decimal("3.6")


@given(st.floats(0, 100))
def test_a_sum_has_two_places_at_most(number):
    asked = Asked.model_validate({"sum": number})

    assert asked.sum is not None
    assert abs(asked.sum - Decimal(str(number))) <= Decimal("0.005")
    assert asked.sum.as_tuple().exponent >= -2 or asked.sum == asked.sum.to_integral_value()


@pytest.mark.parametrize("field", ["rate_percent", "lpr_percent", "amount_yuan"])
def test_a_quote_takes_no_exponent(field):
    asked = {"region": "济宁市", "amount_yuan": 200_000, "term_months": 36, "rate_percent": "3.6"}

    with pytest.raises(ValidationError):
        QuoteQuestion.model_validate({**asked, field: "1e-999999"})
