"""Three-valued verdicts: what is known of a person or business against the rules there.

A verdict fails closed: a fact or a figure that is missing or unconfirmed leaves it
``unknown``; it is never ``met`` by silence.
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field, Strict

from knowledge.answering.citations import view_citations
from knowledge.answering.eligibility import Condition, ConditionChecker, LiveDocuments, Outcome
from knowledge.answering.models import CitationView
from knowledge.answering.texts import say
from knowledge.assessment.loan_cost import LoanProduct
from knowledge.kit.wire import Day, RequestModel
from knowledge.regions.divisions import divisions
from knowledge.understanding.places import resolve_region
from knowledge.understanding.values.counts import MOST_PERSONS
from knowledge.understanding.values.money import MOST_YUAN

LoanKind = Literal["student", "poverty_microcredit", "housing", "car", "consumer", "other"]
GroupId = Literal[
    "unemployed",
    "hard_to_employ",
    "veteran",
    "released",
    "graduate",
    "overcapacity",
    "returning_worker",
    "online_merchant",
    "lifted_from_poverty",
    "rural_entrepreneur",
    "local",
]


class OtherLoan(RequestModel):
    """A loan not yet paid back; ``owed_yuan`` matters for consumer loans."""

    kind: LoanKind
    owed_yuan: int | None = Field(default=None, ge=0, le=MOST_YUAN)


class EligibilityQuestion(RequestModel):
    """What is known; everything but the region may be left out and then leaves it open.

    ``own_loans`` and ``spouse_loans``: an empty list means none, leaving them out means
    not known. ``staff`` and ``new_hires`` in persons.
    """

    region: str = Field(max_length=60, examples=["山东省济宁市任城区"])
    as_of: Day | None = None
    product: Annotated[LoanProduct, Strict(False)] | None = Field(
        default=None, description="left out: all of them"
    )
    group: GroupId | None = None
    age: int | None = Field(default=None, ge=0, le=130)
    amount_yuan: int | None = Field(default=None, gt=0, le=MOST_YUAN, examples=[200_000])
    term_months: int | None = Field(default=None, gt=0, le=1200, examples=[36])
    own_loans: list[OtherLoan] | None = Field(default=None, max_length=50)
    married: bool | None = None
    spouse_loans: list[OtherLoan] | None = Field(default=None, max_length=50)
    subsidised_loans_so_far: int | None = Field(default=None, ge=0, le=100)
    partners: int | None = Field(default=None, ge=2, le=100)
    staff: int | None = Field(default=None, ge=1, le=MOST_PERSONS)
    new_hires: int | None = Field(default=None, ge=0, le=MOST_PERSONS)


class ConditionView(BaseModel):
    """One condition with how it stands and the clause it rests on, if any."""

    code: str
    outcome: Outcome
    message: str
    citation: CitationView | None


class ProductVerdict(BaseModel):
    """``met``: nothing known speaks against it; never a promise of approval."""

    product: LoanProduct
    verdict: Outcome
    conditions: list[ConditionView]


class Verdicts(BaseModel):
    """One verdict per product asked about."""

    region: str
    region_code: str
    as_of: date
    products: list[ProductVerdict]
    note: str


class VerdictService:
    """Judges facts by the rules of place and day."""

    def __init__(self, checker: ConditionChecker, documents: LiveDocuments) -> None:
        self._checker, self._live_documents = checker, documents

    def judge(self, question: EligibilityQuestion, today: date) -> Verdicts:
        """A verdict for each product asked about.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        region = resolve_region(question.region)
        on = question.as_of or today
        products = [question.product] if question.product else list(LoanProduct)
        return Verdicts(
            region=divisions().full_name(region),
            region_code=region,
            as_of=on,
            products=[self._judge(product, question, region, on) for product in products],
            note=say("verdict-note"),
        )

    def _judge(
        self, product: LoanProduct, question: EligibilityQuestion, region: str, on: date
    ) -> ProductVerdict:
        judge = {
            LoanProduct.PERSONAL: self._personal,
            LoanProduct.PARTNERS: self._partners,
            LoanProduct.ENTERPRISE: self._enterprise,
        }[product]
        conditions = judge(question, region, on)
        outcomes = {condition.outcome for condition in conditions}
        verdict: Outcome = "met"
        if outcomes & {"not_met"}:
            verdict = "not_met"
        elif outcomes & {"unknown"}:
            verdict = "unknown"
        return ProductVerdict(
            product=product,
            verdict=verdict,
            conditions=[self._view(condition, on) for condition in conditions],
        )

    def _personal(self, asked: EligibilityQuestion, region: str, on: date) -> list[Condition]:
        amount = self._limit("amount.personal", asked.amount_yuan, region, on)
        return [amount, *self._person(asked, region, on)]

    def _partners(self, asked: EligibilityQuestion, region: str, on: date) -> list[Condition]:
        if asked.partners is None:
            amount = self._checker.missing("amount.partners", "amount.partners_share", region, on)
        else:
            amount = self._checker.partners_amount(asked.partners, asked.amount_yuan, region, on)
        others = Condition("partners.each", "unknown", say("condition-each-partner"), None, None)
        return [amount, *self._person(asked, region, on), others]

    def _enterprise(self, asked: EligibilityQuestion, region: str, on: date) -> list[Condition]:
        if asked.staff is None or asked.new_hires is None:
            hired = self._checker.missing("hiring.ratio", "hiring.ratio", region, on)
        else:
            hired = self._checker.enough_hired(asked.staff, asked.new_hires, region, on)
        return [
            self._limit("amount.enterprise", asked.amount_yuan, region, on),
            self._limit("term.enterprise", asked.term_months, region, on),
            hired,
            self._times(asked, region, on),
        ]

    def _person(self, asked: EligibilityQuestion, region: str, on: date) -> list[Condition]:
        """What partners and single persons must meet alike."""
        age = self._checker.old_enough(asked.age, region, on) if asked.age is not None else None
        return [
            self._checker.group(asked.group, region, on),
            *([age] if age else []),
            self._limit("term.personal", asked.term_months, region, on),
            self._loans("own", asked.own_loans, region, on),
            *self._spouse(asked, region, on),
            self._times(asked, region, on),
        ]

    def _spouse(self, asked: EligibilityQuestion, region: str, on: date) -> list[Condition]:
        if asked.married is False:
            return []
        return [self._loans("spouse", asked.spouse_loans, region, on)]

    def _limit(self, name: str, fact: int | None, region: str, on: date) -> Condition:
        found = self._checker.at_most(name, fact, region, on)
        return found or self._checker.missing(name, name, region, on)

    def _times(self, asked: EligibilityQuestion, region: str, on: date) -> Condition:
        if asked.subsidised_loans_so_far is None:
            return self._checker.missing("repeat.max_times", "repeat.max_times", region, on)
        return self._checker.below_times(asked.subsidised_loans_so_far, region, on)

    def _loans(self, who: str, loans: list[OtherLoan] | None, region: str, on: date) -> Condition:
        code = f"other_loans.{who}"
        owed = [loan.owed_yuan for loan in loans or [] if loan.kind == "consumer"]
        if loans is None or None in owed:
            return self._checker.missing(code, "other_loans.rule", region, on)
        facts = {
            f"{who}_loan_kinds": list(dict.fromkeys(loan.kind for loan in loans)),
            f"{who}_consumer_amount": sum(amount or 0 for amount in owed),
        }
        return self._checker.loans(who, facts, region, on) or self._checker.no_other_loans(
            who, region, on
        )

    def _view(self, condition: Condition, on: date) -> ConditionView:
        refs = [condition.clause] if condition.clause else []
        citations = view_citations(refs, self._live_documents(), on)
        return ConditionView(
            code=condition.code,
            outcome=condition.outcome,
            message=condition.message,
            citation=next(iter(citations.values()), None),
        )
