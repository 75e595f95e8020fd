"""What a loan costs by the rules of place and day: the one reckoning behind quotes and chat.

Two ways of subsidising have been in force: the treasury pays a share of the actual
rate (since 2023-10-01 half of it), or the borrower bears LPR less a number of points
and the treasury the rest (2021-01-01 to 2023-09-30). Which one holds is read from the
parameters of place and day; where none is in force nothing is reckoned.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from knowledge.assessment.rules import Rules
from knowledge.rules.calculations import partners_cap
from knowledge.rules.parameters import ParameterValue
from knowledge.rules.schedules import (
    Instalment,
    Repayment,
    repayment_schedule,
    subsidised_interest,
    treasury_above_borrowers_part,
    treasury_share,
)


class LoanProduct(StrEnum):
    """The kinds of 创业担保贷款."""

    PERSONAL = "personal"
    PARTNERS = "partners"
    ENTERPRISE = "enterprise"


_SUBJECT = {
    LoanProduct.PERSONAL: "personal",
    LoanProduct.PARTNERS: "personal",
    LoanProduct.ENTERPRISE: "enterprise",
}


@dataclass(frozen=True, slots=True)
class Loan:
    """A loan to reckon: principal in yuan, term in months, rates in percent a year.

    ``rate`` is that of the contract; without it ``lpr`` gives the highest rate allowed.
    """

    product: LoanProduct
    principal: Decimal
    months: int
    repayment: Repayment
    rate: Decimal | None = None
    lpr: Decimal | None = None
    partners: int = 2


@dataclass(frozen=True, slots=True)
class Subsidy:
    """The rule by which the treasury pays, with what the borrower bears where it is fixed."""

    rule: ParameterValue
    borrower_percent: Decimal | None

    def of(self, interest: Decimal, rate: Decimal) -> Decimal:
        """The treasury's part of the interest, in yuan."""
        if self.borrower_percent is None:
            return treasury_share(interest, Decimal(self.rule.value))
        return treasury_above_borrowers_part(interest, rate, self.borrower_percent)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A loan reckoned, in yuan, with the figures it follows from.

    ``treasury`` is None where no confirmed rule on subsidy, limit or term is in force;
    ``limit`` is the principal and ``term`` the time that is subsidised at most.
    """

    loan: Loan
    rate: Decimal
    rate_rule: ParameterValue | None
    schedule: Sequence[Instalment]
    interest: Decimal
    subsidy: Subsidy | None
    limit: Decimal | None
    limit_rules: Sequence[ParameterValue]
    term: ParameterValue | None
    treasury: Decimal | None

    @property
    def subsidised_months(self) -> int:
        """How many months of the loan are subsidised."""
        return min(self.loan.months, int(Decimal(self.term.value))) if self.term else 0

    @property
    def is_above_limit(self) -> bool:
        """Whether a part of the principal is not subsidised."""
        return self.limit is not None and self.loan.principal > self.limit

    @property
    def is_beyond_term(self) -> bool:
        """Whether a part of the time is not subsidised."""
        return self.term is not None and self.loan.months > self.subsidised_months


def reckon(loan: Loan, rules: Rules) -> Reckoning:
    """Reckon one loan there and then."""
    rate, rate_rule = _rate(loan, rules)
    schedule = repayment_schedule(loan.principal, rate, loan.months, loan.repayment)
    limit, limit_rules = _limit(loan, rules)
    term = rules.confirmed(f"term.{_SUBJECT[loan.product]}")
    subsidy = _subsidy(loan, rules)
    treasury = None
    if subsidy and limit is not None and term is not None:
        months = min(loan.months, int(Decimal(term.value)))
        base = subsidised_interest(schedule, loan.principal, limit, months)
        treasury = subsidy.of(base, rate)
    return Reckoning(
        loan=loan,
        rate=rate,
        rate_rule=rate_rule,
        schedule=schedule,
        interest=sum((i.interest_yuan for i in schedule), Decimal(0)),
        subsidy=subsidy,
        limit=limit,
        limit_rules=limit_rules,
        term=term,
        treasury=treasury,
    )


def tiers(loan: Loan, rules: Rules) -> list[ParameterValue]:
    """The limits in force for that kind of loan, those with conditions included."""
    return rules.all(f"amount.{_SUBJECT[loan.product]}")


def _rate(loan: Loan, rules: Rules) -> tuple[Decimal, ParameterValue | None]:
    if loan.rate is not None:
        return loan.rate, None
    lpr = loan.lpr or Decimal(0)
    points = rules.confirmed("rate.cap_above_lpr")
    return (lpr + Decimal(points.value) / 100, points) if points else (lpr, None)


def _subsidy(loan: Loan, rules: Rules) -> Subsidy | None:
    if share := rules.confirmed(f"subsidy.share_{_SUBJECT[loan.product]}", "subsidy.share"):
        return Subsidy(share, None)
    below = rules.confirmed("subsidy.borrower_below_lpr")
    if below is None or loan.lpr is None:
        return None
    return Subsidy(below, loan.lpr - Decimal(below.value) / 100)


def _limit(loan: Loan, rules: Rules) -> tuple[Decimal | None, list[ParameterValue]]:
    """The principal that is subsidised at most, and the rows it follows from."""
    if loan.product is LoanProduct.ENTERPRISE:
        value = rules.confirmed("amount.enterprise_subsidised", "amount.enterprise")
        return (Decimal(value.value), [value]) if value else (None, [])
    personal = rules.confirmed("amount.personal")
    if loan.product is LoanProduct.PERSONAL or personal is None:
        return (Decimal(personal.value), [personal]) if personal else (None, [])
    if fixed := rules.confirmed("amount.partners"):
        return Decimal(fixed.value), [fixed]
    if per_head := rules.confirmed("amount.partners_per_head"):
        return loan.partners * Decimal(per_head.value), [per_head]
    share, cap = rules.confirmed("amount.partners_share"), rules.confirmed("amount.enterprise")
    if share is None:
        return None, []
    most = partners_cap(
        loan.partners,
        Decimal(personal.value),
        Decimal(share.value),
        Decimal(cap.value) if cap else None,
    )
    return most, [v for v in (personal, share, cap) if v]
