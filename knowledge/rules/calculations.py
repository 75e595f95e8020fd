"""Sums that answers need, in exact decimals; every legal figure comes in as an argument."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal


def partners_cap(
    partners: int, personal_cap_yuan: Decimal, share_percent: Decimal, most_yuan: Decimal | None
) -> Decimal:
    """Most that ``partners`` people may borrow together, in yuan.

    The sum of their personal caps times the share, never above ``most_yuan`` (the
    cap for enterprises, where the rule names it).
    """
    cap = partners * personal_cap_yuan * share_percent / 100
    return cap if most_yuan is None else min(cap, most_yuan)


def required_hires(staff: int, ratio_percent: Decimal) -> int:
    """How many newly hired people reach the ratio of the staff, rounded up to whole people."""
    return int((staff * ratio_percent / 100).to_integral_value(ROUND_CEILING))


@dataclass(frozen=True, slots=True)
class YearOfInterest:
    """One year's interest on the whole principal, and who pays it; yuan, to the cent."""

    interest_yuan: Decimal
    treasury_yuan: Decimal
    borrower_yuan: Decimal


def year_of_interest(
    principal_yuan: Decimal, rate_percent: Decimal, subsidy_share_percent: Decimal
) -> YearOfInterest:
    """Split a year's interest between treasury and borrower; half a cent rounds up."""
    cent = Decimal("0.01")
    interest = (principal_yuan * rate_percent / 100).quantize(cent, ROUND_HALF_UP)
    treasury = (interest * subsidy_share_percent / 100).quantize(cent, ROUND_HALF_UP)
    return YearOfInterest(interest, treasury, interest - treasury)
