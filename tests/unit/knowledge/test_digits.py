"""Numbers that identify somebody have one spelling."""

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.kit.digits import ascii_digits, canonical_code
from tests.factories import id_number

DECIMALS = [chr(c) for c in range(0x110000) if chr(c).isdecimal()]
SEPARATORS = " -\t\u00a0\u3000\u2013\u2014\u2212\uff0d\u200b\u202e\ufeff"


@st.composite
def spelled(draw, number: str) -> str:
    """The number with each digit in some script, small letters, and something between."""
    told = ""
    for character in number:
        same = [d for d in DECIMALS if unicodedata.decimal(d) == unicodedata.decimal(character, -1)]
        told += draw(st.sampled_from(same or [character, character.lower(), "Ｘ", "ｘ", "Ⅹ"]))
        told += draw(st.text(SEPARATORS, max_size=2))
    return told


@given(st.data(), st.integers(1, 999))
def test_a_number_is_the_same_however_it_is_spelled(data, serial):
    number = id_number(serial)

    assert canonical_code(data.draw(spelled(number))) == number


@given(st.text())
@example("a\u200b\u0301")
def test_what_is_canonical_stays_so(text):
    code = canonical_code(text)

    assert canonical_code(code) == code


@given(st.text())
def test_no_digit_of_another_script_is_left(text):
    assert all(c.isascii() for c in ascii_digits(text) if c.isdecimal())
    assert not any(c.isspace() for c in canonical_code(text))
