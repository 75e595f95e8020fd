"""The rules that the policies hold, as applications ask for them."""

from collections.abc import Mapping
from datetime import date

from api.contract.applications import Finding
from api.contract.forms.models import FieldValue, Form
from knowledge.answering.eligibility import ConditionChecker


class KnowledgeRules:
    """Fulfils :class:`~api.applications.ports.EligibilityRules`."""

    def __init__(self, checker: ConditionChecker) -> None:
        self._checker = checker

    def findings(self, form: Form, answers: Mapping[str, FieldValue], on: date) -> list[Finding]:
        """Conditions of the place and day, each with its clause."""
        return [
            Finding(
                code=condition.code,
                outcome=condition.outcome,
                message=condition.message,
                document_id=condition.clause.partition("#")[0] if condition.clause else None,
                clause=condition.clause.partition("#")[2] if condition.clause else None,
                citation=condition.citation,
            )
            for condition in self._checker.check(answers, on)
        ]

    def review_workdays(self, region: str, on: date) -> int | None:
        """Working days within which an application is to be handled."""
        return self._checker.review_workdays(region, on)
