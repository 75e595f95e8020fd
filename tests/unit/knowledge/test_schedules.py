"""Repayment sums against figures worked out by hand; yuan."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.rules.schedules import (
    Repayment,
    repayment_schedule,
    subsidised_interest,
    treasury_above_borrowers_part,
    treasury_share,
)

INTEREST_FIRST = Repayment.INTEREST_FIRST
BULLET = Repayment.BULLET
LEVEL = Repayment.EQUAL_INSTALMENTS


def interest(schedule) -> Decimal:
    return sum((i.interest_yuan for i in schedule), Decimal(0))


def test_interest_first_pays_the_same_interest_every_month_and_the_principal_at_the_end():
    # 200 000 at 3.6 % a year is 600 a month, 21 600 in three years.
    schedule = repayment_schedule(Decimal(200_000), Decimal("3.6"), 36, INTEREST_FIRST)

    assert {i.interest_yuan for i in schedule} == {Decimal(600)}
    assert [i.principal_yuan for i in schedule if i.principal_yuan] == [Decimal(200_000)]
    assert interest(schedule) == Decimal(21_600)


def test_bullet_pays_everything_at_the_end():
    schedule = repayment_schedule(Decimal(100_000), Decimal(3), 12, BULLET)

    assert [i.month for i in schedule if i.interest_yuan] == [12]
    assert interest(schedule) == Decimal(3_000)


def test_equal_instalments_are_equal():
    # 100 000 at 12 % over 12 months: the textbook payment is 8 884.88.
    schedule = repayment_schedule(Decimal(100_000), Decimal(12), 12, LEVEL)
    payments = [i.principal_yuan + i.interest_yuan for i in schedule]

    assert set(payments[:-1]) == {Decimal("8884.88")}
    assert abs(payments[-1] - Decimal("8884.88")) < Decimal("0.10")


def test_without_interest_only_the_principal_is_paid():
    assert interest(repayment_schedule(Decimal(1000), Decimal(0), 3, LEVEL)) == 0


@given(
    principal=st.integers(1_000, 4_000_000),
    rate=st.decimals(0, 15, places=2),
    months=st.integers(1, 60),
    repayment=st.sampled_from(Repayment),
)
def test_the_whole_principal_is_paid_back(principal, rate, months, repayment):
    schedule = repayment_schedule(Decimal(principal), rate, months, repayment)

    assert sum(i.principal_yuan for i in schedule) == principal
    assert schedule[-1].balance_yuan == 0
    assert interest(schedule) == sum(i.accrued_yuan for i in schedule)


def test_half_of_the_actual_rate():
    # 7 200 a year, half of it 3 600.
    schedule = repayment_schedule(Decimal(200_000), Decimal("3.6"), 12, INTEREST_FIRST)
    base = subsidised_interest(schedule, Decimal(200_000), Decimal(300_000), 36)

    assert treasury_share(base, Decimal(50)) == Decimal(3_600)


def test_only_the_part_within_the_limit_is_subsidised():
    # 500 000 borrowed, 300 000 within the limit: three fifths of 18 000, half of that.
    schedule = repayment_schedule(Decimal(500_000), Decimal("3.6"), 12, INTEREST_FIRST)
    base = subsidised_interest(schedule, Decimal(500_000), Decimal(300_000), 36)

    assert treasury_share(base, Decimal(50)) == Decimal(5_400)


def test_only_the_months_within_the_limit_are_subsidised():
    schedule = repayment_schedule(Decimal(120_000), Decimal(3), 48, INTEREST_FIRST)

    assert subsidised_interest(schedule, Decimal(120_000), Decimal(300_000), 36) == Decimal(10_800)


def test_the_borrower_bears_lpr_less_150_bp():
    # LPR 3.85: the borrower bears 2.35 of 4.35 per cent, the treasury 2 points.
    assert treasury_above_borrowers_part(
        Decimal(4_350), Decimal("4.35"), Decimal("2.35")
    ) == Decimal(2_000)


@pytest.mark.parametrize(("principal", "rate", "months"), [(0, 3, 12), (1, -1, 12), (1, 3, 0)])
def test_what_is_no_loan_is_refused(principal, rate, months):
    with pytest.raises(ValueError, match="positive"):
        repayment_schedule(Decimal(principal), Decimal(rate), months, LEVEL)
