"""The API as the conversation sees it, with answers laid down beforehand."""

from typing import Any

from api.contract.applications import ApplicationView
from api.contract.branches import BranchDistance, BranchView, NearestBranches
from api.contract.forms.catalog import forms
from api.contract.forms.models import Form
from api.contract.problem import ApiProblemError, Problem
from knowledge.kit.clock import utc_now

BRANCH: dict[str, Any] = {
    "id": "b-1",
    "bank": "演示银行",
    "name": "演示银行任城支行（演示）",
    "address": "任城演示路10号（演示地址）",
    "region": "370811",
    "coordinates": {"lat": 35.43, "lon": 116.59},
    "phone": None,
    "hours": None,
    "hours_text": None,
    "open_now": None,
    "services": ["个人创业担保贷款"],
    "service_codes": ["personal"],
    "data_date": "2026-11-01",
    "source": "演示",
    "is_sample": False,
}


class FakeLoanApi:
    """Answers searches with ``found`` and notes what was asked for."""

    def __init__(self, found: NearestBranches, *, region: str | None = "370811") -> None:
        self.found, self.region = found, region
        self.known: dict[str, BranchView] = {}
        self.asked: list[dict[str, Any]] = []

    async def nearest_branches(self, **asked: Any) -> NearestBranches:
        self.asked.append({name: value for name, value in asked.items() if value is not None})
        return self.found

    async def branch(self, branch_id: str) -> BranchView:
        if branch_id not in self.known:
            raise ApiProblemError(Problem(title="", status=404, detail="", code="branch_not_found"))
        return self.known[branch_id]

    async def form(self, form_id: str) -> Form:
        return forms()[form_id]

    async def application(self, application_id: str) -> ApplicationView:
        now = utc_now()
        return ApplicationView(
            id=application_id,
            form="personal",
            form_version="1",
            status="draft",
            step="branch",
            answers={"region": self.region} if self.region else {},
            missing=[],
            created_at=now,
            updated_at=now,
        )


def branch(distance_m: float = 1234, **facts: Any) -> BranchDistance:
    """A branch of which little is known."""
    return BranchDistance.model_validate({**BRANCH, "distance_m": distance_m, **facts})


def found(*branches: BranchDistance, **told: Any) -> NearestBranches:
    """A search that went well."""
    return NearestBranches(outcome="found", branches=list(branches) or [branch()], **told)
