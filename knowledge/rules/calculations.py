"""Sums that answers need, in exact decimals; every legal figure comes in as an argument."""

from decimal import ROUND_CEILING, Decimal


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
