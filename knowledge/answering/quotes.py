"""What a loan costs, as the API tells it: instalments, interest, who pays it, the clauses."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    Field,
    Strict,
    WithJsonSchema,
    model_validator,
)

from knowledge.answering.citations import view_citations
from knowledge.answering.eligibility import LiveDocuments
from knowledge.answering.models import CitationView
from knowledge.answering.texts import say, say_yuan
from knowledge.assessment.loan_cost import Loan, LoanProduct, Reckoning, reckon, tiers
from knowledge.assessment.rules import Rules
from knowledge.kit.wire import Day, RequestModel, plain_decimal, to_places
from knowledge.regions.divisions import divisions
from knowledge.rules.parameters import Parameters
from knowledge.rules.schedules import Instalment, Repayment
from knowledge.understanding.places import resolve_region

_HAS_A_RATE = {
    "anyOf": [
        {"required": [name], "properties": {name: {"type": ["number", "string"]}}}
        for name in ("rate_percent", "lpr_percent")
    ]
}


def _as_json(least: float, most: int, text_pattern: str) -> WithJsonSchema:
    """How an exact decimal comes: as a number, or as a text that no reader rounds."""
    number = {"type": "number", "minimum": least, "maximum": most}
    return WithJsonSchema({"anyOf": [number, {"type": "string", "pattern": text_pattern}]})


Yuan = Annotated[
    Decimal,
    Strict(False),
    BeforeValidator(plain_decimal),
    AfterValidator(to_places(2)),
    Field(ge=1, le=100_000_000),
    _as_json(1, 100_000_000, r"^[1-9][0-9]{0,7}(\.[0-9]{1,2})?$"),
]
Rate = Annotated[
    Decimal,
    Strict(False),
    BeforeValidator(plain_decimal),
    AfterValidator(to_places(6)),
    Field(ge=0, le=36),
    _as_json(0, 36, r"^([12]?[0-9]|3[0-5])(\.[0-9]{1,6})?$"),
]
Lpr = Annotated[
    Decimal,
    Strict(False),
    BeforeValidator(plain_decimal),
    AfterValidator(to_places(6)),
    Field(ge=Decimal("0.01"), le=20),
    _as_json(0.01, 20, r"^(1?[1-9]|10)(\.[0-9]{1,6})?$"),
]


class QuoteQuestion(RequestModel, json_schema_extra=_HAS_A_RATE):
    """A loan to reckon.

    ``rate_percent`` is the yearly rate of the contract; without it ``lpr_percent`` gives
    the highest rate allowed there. The rule of 2021 to 2023 needs ``lpr_percent``.
    """

    region: str = Field(max_length=60, examples=["山东省济宁市"])
    as_of: Day | None = Field(default=None, description="day on which the loan is paid out")
    product: Annotated[LoanProduct, Strict(False)] = LoanProduct.PERSONAL
    amount_yuan: Yuan = Field(examples=[200000])
    term_months: int = Field(gt=0, le=120, examples=[36])
    repayment: Annotated[Repayment, Strict(False)] = Repayment.INTEREST_FIRST
    rate_percent: Rate | None = Field(default=None, examples=["3.6"])
    lpr_percent: Lpr | None = None
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
        rules = Rules(self._parameters, self._live_documents(), region, on)
        done = reckon(_loan(question), rules)
        limits = tiers(done.loan, rules)
        subsidy_rule = done.subsidy.rule if done.subsidy else None
        followed = [*done.limit_rules, done.term, done.rate_rule, subsidy_rule, *limits]
        citations = view_citations([rule.clause for rule in followed if rule], rules.documents, on)
        is_subsidised = done.treasury is not None and done.limit is not None
        return QuoteView(
            region=divisions().full_name(region),
            region_code=region,
            as_of=on,
            rate_percent=done.rate,
            is_highest_rate=question.rate_percent is None,
            subsidised_yuan=min(question.amount_yuan, done.limit or Decimal(0))
            if is_subsidised
            else None,
            subsidised_months=done.subsidised_months if is_subsidised else None,
            interest_yuan=done.interest,
            treasury_yuan=done.treasury,
            borrower_yuan=None if done.treasury is None else done.interest - done.treasury,
            limits=[
                LimitView(
                    limit_yuan=Decimal(value.value),
                    condition=value.condition,
                    is_base=value.tier == "base",
                    confirmed=value.confirmed,
                    citation=citations[value.clause].n,
                )
                for value in limits
            ],
            notes=_notes(done),
            instalments=[_view(instalment) for instalment in done.schedule],
            citations=list(citations.values()),
        )


def _loan(question: QuoteQuestion) -> Loan:
    return Loan(
        product=question.product,
        principal=question.amount_yuan,
        months=question.term_months,
        repayment=question.repayment,
        rate=question.rate_percent,
        lpr=question.lpr_percent,
        partners=question.partners,
    )


def _notes(done: Reckoning) -> list[str]:
    notes = []
    if done.treasury is None:
        notes.append(say("quote-no-rule"))
    elif done.is_above_limit and done.limit is not None:
        notes.append(say("quote-above-limit", limit=say_yuan(done.limit)))
    if done.treasury is not None and done.is_beyond_term:
        notes.append(say("quote-beyond-term", months=done.subsidised_months))
    if done.loan.rate is None:
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
