"""Numbers that people write into a form, however long or odd they are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contract.forms.models import Choice, FieldKind, FormField
from knowledge.understanding.fields import read_field

CHOICES = [Choice(id="a", label="返乡人员"), Choice(id="b", label="退役军人")]
TODAY = date(2026, 11, 30)
NUMBERS = (FieldKind.MONEY, FieldKind.MONTHS, FieldKind.INTEGER)


def field(kind: FieldKind) -> FormField:
    return FormField(id="x", section="演示", kind=kind, label="演示", question="", choices=CHOICES)


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize(
    "said", ["NaN", "Infinity", "-Infinity", "1e-999999", "1e999999", "9" * 5000, "0." + "0" * 5000]
)
def test_odd_numbers_are_not_understood_or_small(kind, said):
    value = read_field(field(kind), said, TODAY)

    if kind in NUMBERS:
        assert value is None or abs(int(str(value))) < 10**16
    if kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        assert value is None


@given(st.text(), st.sampled_from(list(FieldKind)))
def test_any_words_are_understood_or_not(said, kind):
    value = read_field(field(kind), said, TODAY)

    assert value is None or isinstance(value, str | int | bool | list)


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        (FieldKind.MONEY, "200000", 200_000),
        (FieldKind.MONEY, "20万", 200_000),
        (FieldKind.MONEY, "-5", None),
        (FieldKind.MONEY, "三万五", 35_000),
        (FieldKind.MONEY, "20万两千", 202_000),
        (FieldKind.MONEY, "二三十万", None),
        (FieldKind.MONTHS, "两年半", 30),
        (FieldKind.DATE, "去年10月", "2025-10-01"),
        (FieldKind.DATE, "二〇二五年三月", "2025-03-01"),
        (FieldKind.MONTHS, "3", 36),
        (FieldKind.CHOICE, "2", "b"),
        (FieldKind.CHOICES, "1、2", ["a", "b"]),
    ],
)
def test_plain_numbers_are_understood(kind, said, value):
    assert read_field(field(kind), said, TODAY) == value
