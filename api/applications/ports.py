"""What the applications need from the knowledge of the rules."""

from collections.abc import Mapping
from datetime import date
from typing import Protocol

from api.contract.applications import Finding
from api.contract.forms.models import FieldValue, Form


class EligibilityRules(Protocol):
    """Says early whether an applicant meets the conditions, each with its clause."""

    def findings(self, form: Form, answers: Mapping[str, FieldValue], on: date) -> list[Finding]:
        """What the answers so far mean under the rules of the place and day."""
        ...

    def review_workdays(self, region: str, on: date) -> int | None:
        """Working days within which an application is to be handled; None if unknown."""
        ...


class NoRules:
    """Knows no rules: no findings, no deadline."""

    def findings(self, form: Form, answers: Mapping[str, FieldValue], on: date) -> list[Finding]:
        return []

    def review_workdays(self, region: str, on: date) -> int | None:
        return None
