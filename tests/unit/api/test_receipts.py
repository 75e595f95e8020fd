"""Receipt numbers: read as people write them, and not to be counted up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.contract.receipts import draw_receipt, find_receipt

DAY = date(2026, 11, 30)
# Given out by the version that counted.
OLD = "CD20261123-000123-1"


def test_numbers_of_a_day_do_not_follow_each_other():
    drawn = [draw_receipt(DAY) for _ in range(200)]
    tails = sorted(int(one.replace("-", "")[10:20]) for one in drawn)

    assert len(set(drawn)) == 200
    assert tails != list(range(tails[0], tails[0] + 200))
    # Two hundred among ten thousand millions lie far apart.
    assert tails[-1] - tails[0] > 10**9


@given(st.dates(date(2020, 1, 1), date(2099, 12, 31)), st.sampled_from(["-", " ", "", "—", "－"]))
def test_a_number_is_read_however_it_is_written(day, dash):
    number = draw_receipt(day)

    found = find_receipt(f"编号是{number.lower().replace('-', dash)}，手机1234")

    assert found is not None
    assert (found.number, found.is_sound) == (number, True)
    assert "1234" in found.rest
    assert number[2:10] not in found.rest


def test_full_width_digits_are_read():
    number = draw_receipt(DAY)
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in "CD0123456789"})

    assert find_receipt(wide).number == number


@given(st.integers(2, 20))
def test_one_digit_misread_is_noticed(place):
    number = draw_receipt(DAY)
    digits = [i for i, c in enumerate(number) if c.isdigit()]
    at = digits[place - 2]
    wrong = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]

    assert find_receipt(wrong).is_sound is False


@pytest.mark.parametrize("written", [OLD, OLD.replace("-", ""), OLD.lower()])
def test_numbers_given_out_before_stay_valid(written):
    found = find_receipt(f"{written} 1234")

    assert (found.number, found.is_sound) == (OLD, True)
    assert found.rest.strip() == "1234"


@pytest.mark.parametrize("text", ["", "CD", "CD2026", "能贷多少", "CD20261123-48392", "20261123"])
def test_other_words_are_no_number(text):
    assert find_receipt(text) is None
