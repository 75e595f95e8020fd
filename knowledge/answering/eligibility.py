"""Says early whether the answers to a form meet the figures in force, with the clause."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from knowledge.answering.texts import say, say_value
from knowledge.documents import PolicyDocument
from knowledge.regions.divisions import divisions
from knowledge.rules.parameters import Parameters, ParameterValue
from knowledge.rules.vocabulary import Term, loan_terms

Facts = Mapping[str, object]
# Form field to the loans of self and spouse.
_LOANS = (("own", "own_loan_kinds", "own_consumer_amount"),
          ("spouse", "spouse_loan_kinds", "spouse_consumer_amount"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: ``outcome`` is met, not_met or unknown; ``clause`` its reference."""

    code: str
    outcome: str
    message: str
    clause: str | None
    citation: str | None


class ConditionChecker:
    """Compares facts of a person's application with the parameters of place and day."""

    def __init__(self, parameters: Parameters, documents: Mapping[str, PolicyDocument]) -> None:
        self._parameters, self._documents = parameters, documents

    def check(self, facts: Facts, on: date) -> list[Condition]:
        """Conditions that the facts so far decide, and those nobody can decide."""
        region = facts.get("region")
        if not isinstance(region, str):
            return []
        found = [
            self._at_most("amount.personal", facts.get("amount_yuan"), region, on),
            self._at_most("term.personal", facts.get("term_months"), region, on),
            *(self._loans(whose, facts, region, on) for whose in _LOANS),
        ]
        return [condition for condition in found if condition is not None]

    def review_workdays(self, region: str, on: date) -> int | None:
        """Working days laid down for handling an application there, if confirmed."""
        value = self._base("time.workdays", region, on)
        return int(Decimal(value.value)) if value and value.confirmed else None

    def _base(self, name: str, region: str, on: date) -> ParameterValue | None:
        values = self._parameters.in_force(name, region=region, on=on)
        return next((value for value in values if value.tier == "base"), None)

    def _at_most(self, name: str, fact: object, region: str, on: date) -> Condition | None:
        if not isinstance(fact, int):
            return None
        parameter, value = self._parameters.get(name), self._base(name, region, on)
        if value is None:
            message = say("condition-unknown", label=parameter.label)
            return Condition(name, "unknown", message, None, None)
        limit = say_value(value.value, parameter.unit)
        if fact <= Decimal(value.value):
            message = say("condition-met", label=parameter.label, limit=limit)
            return self._condition(name, "met", message, value)
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
        outcome = "not_met" if value.confirmed else "unknown"
        return self._condition(name, outcome, message, value)

    def _tier_that_allows(
        self, name: str, fact: int, region: str, on: date
    ) -> ParameterValue | None:
        """The lowest tier, with conditions of its own, under which the fact would pass."""
        values = self._parameters.in_force(name, region=region, on=on)
        tiers = [v for v in values if v.tier != "base" and Decimal(v.value) >= fact]
        return min(tiers, key=lambda v: Decimal(v.value), default=None)

    def _loans(
        self, whose: tuple[str, str, str], facts: Facts, region: str, on: date
    ) -> Condition | None:
        who, kinds_field, amount_field = whose
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

    def _condition(self, code: str, outcome: str, message: str, value: ParameterValue) -> Condition:
        document = self._documents[value.clause.partition("#")[0]]
        number = f"（{document.number}）" if document.number else ""
        return Condition(code, outcome, message, value.clause, f"《{document.title}》{number}")

    def _clause_text(self, ref: str) -> str:
        document_id, _, clause_id = ref.partition("#")
        clauses = self._documents[document_id].clauses
        return next(clause.text for clause in clauses if clause.id == clause_id)


def _is_exempt(term: Term, clause: str) -> bool:
    return any(word in clause for word in term.written)
