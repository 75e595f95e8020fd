"""What a loan costs: instalments, interest, and who pays it, with the clauses.

Two ways of subsidising have been in force: the treasury pays a share of the actual
rate (since 2023-10-01 half of it), or the borrower bears LPR less a number of points
and the treasury the rest (2021-01-01 to 2023-09-30). Which one holds is read from the
parameters of place and day; where none is in force nothing is reckoned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pydantic import BaseModel, Field, model_validator

from knowledge.answering.citations import view_citations
from knowledge.answering.eligibility import LiveDocuments
from knowledge.answering.models import CitationView
from knowledge.answering.texts import say, say_yuan
from knowledge.answering.verdicts import LoanProduct
from knowledge.documents import PolicyDocument
from knowledge.regions.divisions import divisions
from knowledge.rules.calculations import partners_cap
from knowledge.rules.parameters import Parameters, ParameterValue
from knowledge.rules.schedules import (
    Instalment,
    Repayment,
    repayment_schedule,
    subsidised_interest,
    treasury_above_borrowers_part,
    treasury_share,
)
from knowledge.understanding.places import resolve_region

_SUBJECT = {
    LoanProduct.PERSONAL: "personal",
    LoanProduct.PARTNERS: "personal",
    LoanProduct.ENTERPRISE: "enterprise",
}


class QuoteQuestion(BaseModel, extra="forbid"):
    """A loan to reckon.

    ``rate_percent`` is the yearly rate of the contract; without it ``lpr_percent`` gives
    the highest rate allowed there. The rule of 2021 to 2023 needs ``lpr_percent``.
    """

    region: str = Field(max_length=60, examples=["山东省济宁市"])
    as_of: date | None = Field(default=None, description="day on which the loan is paid out")
    product: LoanProduct = LoanProduct.PERSONAL
    amount_yuan: Decimal = Field(gt=0, le=100_000_000, examples=[200000])
    term_months: int = Field(gt=0, le=120, examples=[36])
    repayment: Repayment = Repayment.INTEREST_FIRST
    rate_percent: Decimal | None = Field(default=None, ge=0, le=36, examples=["3.6"])
    lpr_percent: Decimal | None = Field(default=None, gt=0, le=20)
    partners: int = Field(default=2, ge=2, le=100, description="only for partners")

    @model_validator(mode="after")
    def _has_a_rate(self) -> "QuoteQuestion":
        if self.rate_percent is None and self.lpr_percent is None:
            raise ValueError("rate_percent or lpr_percent is needed")
        return self


class InstalmentView(BaseModel):
    """What falls due at the end of a month counted from 1; yuan, to the cent."""

    month: int
    principal_yuan: Decimal
    interest_yuan: Decimal
    balance_yuan: Decimal


class LimitView(BaseModel):
    """A limit in force there; tiers have conditions of their own."""

    limit_yuan: Decimal
    condition: str | None
    is_base: bool
    confirmed: bool
    citation: int


class QuoteView(BaseModel):
    """The loan reckoned; amounts in yuan, rounded half up to the cent.

    ``subsidised_yuan`` is the part of the principal whose interest is subsidised; it and
    the treasury's share are null where no confirmed rule is in force that day.
    """

    region: str
    region_code: str
    as_of: date
    rate_percent: Decimal
    is_highest_rate: bool = Field(description="the rate is the highest allowed, not a contract's")
    subsidised_yuan: Decimal | None
    subsidised_months: int | None
    interest_yuan: Decimal
    treasury_yuan: Decimal | None
    borrower_yuan: Decimal | None
    limits: list[LimitView]
    notes: list[str]
    instalments: list[InstalmentView]
    citations: list[CitationView]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where and when; looks parameters up there."""

    parameters: Parameters
    documents: Mapping[str, PolicyDocument]
    region: str
    on: date

    def all(self, name: str) -> list[ParameterValue]:
        return self.parameters.in_force(name, region=self.region, on=self.on, live=self.documents)

    def confirmed(self, *names: str) -> ParameterValue | None:
        """The base value of the first of these figures that is in force and confirmed."""
        held = (v for name in names for v in self.all(name) if v.tier == "base" and v.confirmed)
        return next(held, None)


class QuoteService:
    """Reckons loans by the rules of place and day."""

    def __init__(self, parameters: Parameters, documents: LiveDocuments) -> None:
        self._parameters, self._live_documents = parameters, documents

    def quote(self, question: QuoteQuestion, today: date) -> QuoteView:
        """Reckon one loan.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        region, on = resolve_region(question.region), question.as_of or today
        place = _Place(self._parameters, self._live_documents(), region, on)
        rate, rate_rule = self._rate(question, place)
        schedule = repayment_schedule(
            question.amount_yuan, rate, question.term_months, question.repayment
        )
        interest = sum((i.interest_yuan for i in schedule), Decimal(0))
        limit, limit_rules = _limit(question, place)
        term = place.confirmed(f"term.{_SUBJECT[question.product]}")
        subsidy = _Subsidy.find(question, place)
        refs = [v.clause for v in (*limit_rules, term, rate_rule, subsidy and subsidy.rule) if v]
        citations = view_citations(
            [*refs, *(v.clause for v in self._tiers(question, place))], place.documents, on
        )
        treasury: Decimal | None = None
        months = None
        if subsidy and limit is not None and term is not None:
            months = min(question.term_months, int(Decimal(term.value)))
            base = subsidised_interest(schedule, question.amount_yuan, limit, months)
            treasury = subsidy.of(base, rate)
        return QuoteView(
            region=divisions().full_name(region),
            region_code=region,
            as_of=on,
            rate_percent=rate,
            is_highest_rate=question.rate_percent is None,
            subsidised_yuan=None
            if treasury is None or limit is None
            else min(question.amount_yuan, limit),
            subsidised_months=None if treasury is None else months,
            interest_yuan=interest,
            treasury_yuan=treasury,
            borrower_yuan=None if treasury is None else interest - treasury,
            limits=[
                LimitView(
                    limit_yuan=Decimal(value.value),
                    condition=value.condition,
                    is_base=value.tier == "base",
                    confirmed=value.confirmed,
                    citation=citations[value.clause].n,
                )
                for value in self._tiers(question, place)
            ],
            notes=_notes(question, limit, term, treasury),
            instalments=[_view(instalment) for instalment in schedule],
            citations=list(citations.values()),
        )

    @staticmethod
    def _tiers(question: QuoteQuestion, place: _Place) -> list[ParameterValue]:
        return place.all(f"amount.{_SUBJECT[question.product]}")

    @staticmethod
    def _rate(question: QuoteQuestion, place: _Place) -> tuple[Decimal, ParameterValue | None]:
        if question.rate_percent is not None:
            return question.rate_percent, None
        lpr = question.lpr_percent or Decimal(0)
        points = place.confirmed("rate.cap_above_lpr")
        return (lpr + Decimal(points.value) / 100, points) if points else (lpr, None)


@dataclass(frozen=True, slots=True)
class _Subsidy:
    """The rule by which the treasury pays, with the points below LPR where it is that kind."""

    rule: ParameterValue
    borrower_percent: Decimal | None

    @staticmethod
    def find(question: QuoteQuestion, place: _Place) -> "_Subsidy | None":
        subject = _SUBJECT[question.product]
        if share := place.confirmed(f"subsidy.share_{subject}", "subsidy.share"):
            return _Subsidy(share, None)
        below = place.confirmed("subsidy.borrower_below_lpr")
        if below is None or question.lpr_percent is None:
            return None
        return _Subsidy(below, question.lpr_percent - Decimal(below.value) / 100)

    def of(self, interest: Decimal, rate: Decimal) -> Decimal:
        if self.borrower_percent is None:
            return treasury_share(interest, Decimal(self.rule.value))
        return treasury_above_borrowers_part(interest, rate, self.borrower_percent)


def _limit(question: QuoteQuestion, place: _Place) -> tuple[Decimal | None, list[ParameterValue]]:
    """The principal that is subsidised at most, and the rows it follows from."""
    if question.product is LoanProduct.ENTERPRISE:
        value = place.confirmed("amount.enterprise_subsidised", "amount.enterprise")
        return (Decimal(value.value), [value]) if value else (None, [])
    personal = place.confirmed("amount.personal")
    if question.product is LoanProduct.PERSONAL or personal is None:
        return (Decimal(personal.value), [personal]) if personal else (None, [])
    if fixed := place.confirmed("amount.partners"):
        return Decimal(fixed.value), [fixed]
    if per_head := place.confirmed("amount.partners_per_head"):
        return question.partners * Decimal(per_head.value), [per_head]
    share, cap = place.confirmed("amount.partners_share"), place.confirmed("amount.enterprise")
    if share is None:
        return None, []
    most = partners_cap(
        question.partners,
        Decimal(personal.value),
        Decimal(share.value),
        Decimal(cap.value) if cap else None,
    )
    return most, [v for v in (personal, share, cap) if v]


def _notes(
    question: QuoteQuestion,
    limit: Decimal | None,
    term: ParameterValue | None,
    treasury: Decimal | None,
) -> list[str]:
    notes = []
    if treasury is None:
        notes.append(say("quote-no-rule"))
    elif limit is not None and question.amount_yuan > limit:
        notes.append(say("quote-above-limit", limit=say_yuan(limit)))
    if treasury is not None and term and question.term_months > Decimal(term.value):
        months = int(Decimal(term.value))
        notes.append(say("quote-beyond-term", months=months))
    if question.rate_percent is None:
        notes.append(say("quote-highest-rate"))
    notes.append(say("quote-assumptions"))
    return notes


def _view(instalment: Instalment) -> InstalmentView:
    return InstalmentView(
        month=instalment.month,
        principal_yuan=instalment.principal_yuan,
        interest_yuan=instalment.interest_yuan,
        balance_yuan=instalment.balance_yuan,
    )
