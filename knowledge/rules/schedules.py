"""Repayment schedules in exact decimals; pure.

Interest of a month is the balance times a twelfth of the yearly rate, rounded half up
to the cent; the last instalment takes up what rounding left over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

CENT = Decimal("0.01")


class Repayment(StrEnum):
    """How principal and interest are paid back."""

    EQUAL_INSTALMENTS = "equal_instalments"
    INTEREST_FIRST = "interest_first"
    BULLET = "bullet"


@dataclass(frozen=True, slots=True)
class Instalment:
    """What falls due at the end of a month (counted from 1); yuan, to the cent.

    ``accrued_yuan`` is the interest that arose in the month, whether or not it is paid
    then.
    """

    month: int
    principal_yuan: Decimal
    interest_yuan: Decimal
    accrued_yuan: Decimal
    balance_yuan: Decimal


def repayment_schedule(
    principal_yuan: Decimal, rate_percent: Decimal, months: int, repayment: Repayment
) -> Sequence[Instalment]:
    """Every month of the loan.

    Raises:
        ValueError: principal or months are not positive, or the rate is negative.
    """
    if principal_yuan <= 0 or months <= 0 or rate_percent < 0:
        raise ValueError("principal and months must be positive, the rate not negative")
    monthly = rate_percent / 1200
    level = _level_payment(principal_yuan, monthly, months)
    balance, unpaid = principal_yuan, Decimal(0)
    schedule = []
    for month in range(1, months + 1):
        accrued = _cents(balance * monthly)
        is_last = month == months
        principal = Decimal(0)
        if is_last:
            principal = balance
        elif repayment is Repayment.EQUAL_INSTALMENTS:
            principal = level - accrued
        interest = accrued
        if repayment is Repayment.BULLET:
            unpaid += accrued
            interest = unpaid if is_last else Decimal(0)
        balance -= principal
        schedule.append(Instalment(month, principal, interest, accrued, balance))
    return schedule


def subsidised_interest(
    schedule: Sequence[Instalment], principal_yuan: Decimal, most_yuan: Decimal, most_months: int
) -> Decimal:
    """The interest on which the subsidy is reckoned, in yuan.

    Only the part of the principal up to ``most_yuan`` and the first ``most_months`` count.
    """
    accrued = sum((i.accrued_yuan for i in schedule[:most_months]), Decimal(0))
    return accrued * min(principal_yuan, most_yuan) / principal_yuan


def treasury_share(interest_yuan: Decimal, share_percent: Decimal) -> Decimal:
    """What the treasury pays of the subsidised interest: a share of the actual rate."""
    return _cents(interest_yuan * share_percent / 100)


def treasury_above_borrowers_part(
    interest_yuan: Decimal, rate_percent: Decimal, borrower_percent: Decimal
) -> Decimal:
    """What the treasury pays where the borrower bears a fixed rate, as LPR less 150 BP."""
    if rate_percent == 0:
        return Decimal(0)
    above = max(rate_percent - max(borrower_percent, Decimal(0)), Decimal(0))
    return _cents(interest_yuan * above / rate_percent)


def _level_payment(principal: Decimal, monthly: Decimal, months: int) -> Decimal:
    growth = (1 + monthly) ** months
    if growth == 1:  # no interest, or too little for the digits reckoned with
        return _cents(principal / months)
    return _cents(principal * monthly * growth / (growth - 1))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
