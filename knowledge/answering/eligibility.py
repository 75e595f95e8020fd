"""Says early whether the answers to a form meet the figures in force, with the clause."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from knowledge.answering.conditions import find_supporting_clause
from knowledge.answering.texts import say, say_value, say_yuan
from knowledge.documents import PolicyDocument
from knowledge.regions.divisions import divisions
from knowledge.rules.calculations import partners_cap, required_hires
from knowledge.rules.parameters import Parameters, ParameterValue, Unit
from knowledge.rules.vocabulary import Term, group_terms, loan_terms

Facts = Mapping[str, object]
# The documents that may be used now, by id.
LiveDocuments = Callable[[], Mapping[str, PolicyDocument]]
Outcome = Literal["met", "not_met", "unknown"]


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``outcome`` is met, not_met or unknown; ``clause`` its reference."""

    code: str
    outcome: Outcome
    message: str
    clause: str | None
    citation: str | None


class ConditionChecker:
    """Compares facts of a person or a business with the parameters of place and day.

    Each method gives one condition, or None where the facts do not touch it.
    """

    def __init__(self, parameters: Parameters, documents: LiveDocuments) -> None:
        self._parameters, self._live_documents = parameters, documents

    @property
    def _documents(self) -> Mapping[str, PolicyDocument]:
        return self._live_documents()

    def check(self, facts: Facts, on: date) -> list[Condition]:
        """Conditions that the answers to the personal form decide so far."""
        region = facts.get("region")
        if not isinstance(region, str):
            return []
        found = [
            self.at_most("amount.personal", facts.get("amount_yuan"), region, on),
            self.at_most("term.personal", facts.get("term_months"), region, on),
            *(self.loans(whose, facts, region, on) for whose in ("own", "spouse")),
        ]
        return [condition for condition in found if condition is not None]

    def missing(self, code: str, name: str, region: str, on: date) -> Condition:
        """A condition that cannot be decided because a fact is not known."""
        label = self._parameters.get(name).label
        message = say("condition-fact-missing", label=label)
        value = self._base(name, region, on)
        return (
            self._condition(code, "unknown", message, value)
            if value
            else Condition(code, "unknown", message, None, None)
        )

    def group(self, group: str | None, region: str, on: date) -> Condition:
        """Whether the group a person belongs to is supported there."""
        term = group_terms().get(group or "")
        if term is None:
            message = say("condition-group-unknown")
            return Condition("group", "unknown", message, None, None)
        ladder = divisions().ladder(region)
        ref = find_supporting_clause(term, self._documents, ladder, on)
        if ref is None:
            message = say("condition-group-unsaid", group=term.name)
            return Condition("group", "unknown", message, None, None)
        message = say("condition-group-in", group=term.name)
        return Condition("group", "met", message, ref, self._origin(ref))

    def below_times(self, times: int, region: str, on: date) -> Condition:
        """Whether another subsidised loan is still within the number of times."""
        name = "repeat.max_times"
        value = self._base(name, region, on)
        if value is None:
            return self.missing(name, name, region, on)
        limit = say_value(value.value, self._parameters.get(name).unit)
        met = times < Decimal(value.value)
        message = say("condition-times-left" if met else "condition-times-used", limit=limit)
        return self._condition(name, _outcome(met, value), message, value)

    def old_enough(self, age: int, region: str, on: date) -> Condition | None:
        """Whether a person has the least age, where one is laid down."""
        name = "eligibility.min_age"
        value = self._base(name, region, on)
        if value is None:
            return None
        met = age >= Decimal(value.value)
        message = say("condition-age", age=say_value(value.value, Unit.YEARS))
        return self._condition(name, _outcome(met, value), message, value)

    def enough_hired(self, staff: int, hired: int, region: str, on: date) -> Condition:
        """Whether an enterprise has newly hired the share of its staff that is asked for."""
        name = "hiring.ratio_over_100" if staff > 100 else "hiring.ratio"
        value = self._base(name, region, on)
        if value is None:
            return self.missing("hiring.ratio", name, region, on)
        needed = required_hires(staff, Decimal(value.value))
        ratio = say_value(value.value, Unit.PERCENT)
        message = say("condition-hires", staff=staff, ratio=ratio, needed=needed, hired=hired)
        return self._condition("hiring.ratio", _outcome(hired >= needed, value), message, value)

    def partners_amount(
        self, partners: int, amount: int | None, region: str, on: date
    ) -> Condition:
        """Whether an amount is within what so many partners may borrow together."""
        code = "amount.partners"
        if fixed := self._base("amount.partners", region, on):
            most, value = Decimal(fixed.value), fixed
        elif per_head := self._base("amount.partners_per_head", region, on):
            most, value = partners * Decimal(per_head.value), per_head
        else:
            share = self._base("amount.partners_share", region, on)
            personal = self._base("amount.personal", region, on)
            cap = self._base("amount.enterprise", region, on)
            if share is None or personal is None:
                return self.missing(code, "amount.partners_share", region, on)
            most = partners_cap(
                partners,
                Decimal(personal.value),
                Decimal(share.value),
                Decimal(cap.value) if cap else None,
            )
            value = share
        limit = say_yuan(most)
        if amount is None:
            message = say("condition-partners-limit", partners=partners, limit=limit)
            return self._condition(code, "unknown", message, value)
        key = "condition-partners-within" if amount <= most else "condition-partners-above"
        message = say(key, partners=partners, limit=limit)
        return self._condition(code, _outcome(amount <= most, value), message, value)

    def review_workdays(self, region: str, on: date) -> int | None:
        """Working days laid down for handling an application there, if confirmed."""
        value = self._base("time.workdays", region, on)
        return int(Decimal(value.value)) if value and value.confirmed else None

    def _base(self, name: str, region: str, on: date) -> ParameterValue | None:
        return next((v for v in self._in_force(name, region, on) if v.tier == "base"), None)

    def _in_force(self, name: str, region: str, on: date) -> list[ParameterValue]:
        return self._parameters.in_force(name, region=region, on=on, live=self._documents)

    def at_most(self, name: str, fact: object, region: str, on: date) -> Condition | None:
        """Whether an amount or a term is within the limit in force."""
        if not isinstance(fact, int):
            return None
        parameter, value = self._parameters.get(name), self._base(name, region, on)
        if value is None:
            message = say("condition-unknown", label=parameter.label)
            return Condition(name, "unknown", message, None, None)
        limit = say_value(value.value, parameter.unit)
        if fact <= Decimal(value.value):
            message = say("condition-met", label=parameter.label, limit=limit)
            return self._condition(name, _outcome(True, value), message, value)
        if tier := self._tier_that_allows(name, fact, region, on):
            message = say(
                "condition-tier",
                label=parameter.label,
                limit=limit,
                higher=say_value(tier.value, parameter.unit),
                condition=tier.condition or tier.tier,
            )
            return self._condition(name, "unknown", message, tier)
        message = say("condition-above", label=parameter.label, limit=limit)
        return self._condition(name, _outcome(False, value), message, value)

    def _tier_that_allows(
        self, name: str, fact: int, region: str, on: date
    ) -> ParameterValue | None:
        """The lowest tier, with conditions of its own, under which the fact would pass."""
        values = self._in_force(name, region, on)
        tiers = [v for v in values if v.tier != "base" and Decimal(v.value) >= fact]
        return min(tiers, key=lambda v: Decimal(v.value), default=None)

    def loans(self, who: str, facts: Facts, region: str, on: date) -> Condition | None:
        """Whether the loans of ``own`` or ``spouse`` stand in the way."""
        kinds_field, amount_field = f"{who}_loan_kinds", f"{who}_consumer_amount"
        kinds = facts.get(kinds_field)
        rule = self._base("other_loans.rule", region, on)
        if not isinstance(kinds, list) or rule is None:
            return None
        code = f"other_loans.{who}"
        text = self._clause_text(rule.clause)
        named = say(f"condition-{who}")
        for kind in kinds:
            term = loan_terms()[kind]
            if kind == "consumer":
                owed = facts.get(amount_field)
                if condition := self._consumer(code, named, owed, rule, region, on):
                    return condition
            elif not _is_exempt(term, text):
                message = say("condition-loan-counts", who=named, loan=term.name)
                return self._condition(code, "not_met", message, rule)
        return None

    def no_other_loans(self, who: str, region: str, on: date) -> Condition:
        """The condition on other loans for somebody in whose way none stands."""
        code, rule = f"other_loans.{who}", self._base("other_loans.rule", region, on)
        if rule is None:
            return self.missing(code, "other_loans.rule", region, on)
        message = say("condition-loans-clear", who=say(f"condition-{who}"))
        return self._condition(code, _outcome(True, rule), message, rule)

    def _consumer(
        self, code: str, who: str, owed: object, rule: ParameterValue, region: str, on: date
    ) -> Condition | None:
        limit = self._base("other_loans.consumer_limit", region, on)
        if limit is None or not isinstance(owed, int) or owed <= Decimal(limit.value):
            return None
        ladder = divisions().ladder(region)
        if ladder.index(limit.region) > ladder.index(rule.region):
            return None  # a nearer rule on other loans leaves no room for a farther limit
        unit = self._parameters.get("other_loans.consumer_limit").unit
        message = say("condition-consumer", who=who, limit=say_value(limit.value, unit))
        return self._condition(code, "not_met", message, limit)

    def _condition(
        self, code: str, outcome: Outcome, message: str, value: ParameterValue
    ) -> Condition:
        return Condition(code, outcome, message, value.clause, self._origin(value.clause))

    def _origin(self, ref: str) -> str:
        document = self._documents[ref.partition("#")[0]]
        number = f"（{document.number}）" if document.number else ""
        return f"《{document.title}》{number}"

    def _clause_text(self, ref: str) -> str:
        document_id, _, clause_id = ref.partition("#")
        clauses = self._documents[document_id].clauses
        return next(clause.text for clause in clauses if clause.id == clause_id)


def _is_exempt(term: Term, clause: str) -> bool:
    return any(word in clause for word in term.written)


def _outcome(met: bool, value: ParameterValue) -> Outcome:
    """What follows from a figure; one that is not confirmed decides nothing."""
    if not value.confirmed:
        return "unknown"
    return "met" if met else "not_met"
