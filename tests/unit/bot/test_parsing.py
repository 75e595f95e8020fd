"""Numbers that people write into a form, however long or odd they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contract.forms.models import Choice, FieldKind, FormField
from bot.dialogue.parsing import parse_field

CHOICES = [Choice(id="a", label="返乡人员"), Choice(id="b", label="退役军人")]
NUMBERS = (FieldKind.MONEY, FieldKind.MONTHS, FieldKind.INTEGER)


def field(kind: FieldKind) -> FormField:
    return FormField(id="x", section="演示", kind=kind, label="演示", question="", choices=CHOICES)


@pytest.mark.parametrize("kind", FieldKind)
@pytest.mark.parametrize(
    "said", ["NaN", "Infinity", "-Infinity", "1e-999999", "1e999999", "9" * 5000, "0." + "0" * 5000]
)
def test_odd_numbers_are_not_understood_or_small(kind, said):
    value = parse_field(field(kind), said)

    if kind in NUMBERS:
        assert value is None or abs(int(str(value))) < 10**16
    if kind in (FieldKind.CHOICE, FieldKind.CHOICES):
        assert value is None


@given(st.text(), st.sampled_from(list(FieldKind)))
def test_any_words_are_understood_or_not(said, kind):
    value = parse_field(field(kind), said)

    assert value is None or isinstance(value, str | int | bool | list)


@pytest.mark.parametrize(
    ("kind", "said", "value"),
    [
        (FieldKind.MONEY, "200000", 200_000),
        (FieldKind.MONEY, "20万", 200_000),
        (FieldKind.MONEY, "-5", -5),
        (FieldKind.MONTHS, "3", 36),
        (FieldKind.CHOICE, "2", "b"),
        (FieldKind.CHOICES, "1、2", ["a", "b"]),
    ],
)
def test_plain_numbers_are_understood(kind, said, value):
    assert parse_field(field(kind), said) == value
