"""Golden cases worked out by hand."""

from decimal import Decimal

import pytest

from knowledge.rules.calculations import partners_cap, required_hires


@pytest.mark.parametrize(
    ("partners", "cap"), [(2, 660_000), (3, 990_000), (12, 3_960_000), (13, 4_000_000)]
)
def test_partners_get_the_raised_sum_but_never_more_than_an_enterprise(partners, cap):
    assert partners_cap(partners, Decimal(300_000), Decimal(110), Decimal(4_000_000)) == cap


@pytest.mark.parametrize(
    ("staff", "ratio", "needed"), [(50, 10, 5), (51, 10, 6), (120, 5, 6), (9, 10, 1), (100, 10, 10)]
)
def test_hires_are_rounded_up_to_whole_people(staff, ratio, needed):
    assert required_hires(staff, Decimal(ratio)) == needed
