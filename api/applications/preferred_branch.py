"""Whether the branch an applicant prefers can take the application."""

from collections.abc import Mapping
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from api.contract.applications import FieldIssue
from api.contract.branches import BranchState, BranchView
from api.contract.forms.models import FieldKind, FieldValue, Form
from api.contract.ids import BranchId
from api.errors import BranchNotFoundError
from api.texts import field_message

_IDS = TypeAdapter[str](BranchId)


class BranchRegistry(Protocol):
    """What the applications need from the registry of branches."""

    async def get(self, branch_id: str) -> BranchView:
        """One branch, in whatever state.

        Raises:
            BranchNotFoundError: there is none.
        """
        ...

    async def recommends(self, branch: BranchView) -> bool:
        """Whether a branch is more than a sample, or samples are all there is."""
        ...


class PreferredBranch:
    """Looks the branch up and says what speaks against it."""

    def __init__(self, registry: BranchRegistry) -> None:
        self._registry = registry

    async def issues(self, form: Form, answers: Mapping[str, FieldValue]) -> list[FieldIssue]:
        """What is wrong with the branches among the answers; a skipped one is fine."""
        asked = [field.id for field in form.fields if field.kind is FieldKind.BRANCH]
        found = [await self._issue(form, f, str(answers[f])) for f in asked if answers.get(f)]
        return [issue for issue in found if issue]

    async def _issue(self, form: Form, field: str, branch_id: str) -> FieldIssue | None:
        told = {"branch": "", "successor": ""}
        code: str | None = None
        try:
            branch = await self._registry.get(_IDS.validate_python(branch_id.strip()))
        except (BranchNotFoundError, ValidationError):
            code = "branch_unknown"
        else:
            told["branch"] = branch.name
            code = await self._objection(form, branch)
            if code == "branch_moved" and (successor := await self._successor(branch)):
                code, told["successor"] = "branch_moved_to", successor.name
        if code is None:
            return None
        return FieldIssue(field=field, code=code, message=field_message(code, **told))

    async def _objection(self, form: Form, branch: BranchView) -> str | None:
        if branch.state is BranchState.CLOSED:
            return "branch_closed"
        if branch.state is BranchState.MOVED:
            return "branch_moved"
        if form.branch_kind not in branch.service_codes:
            return f"branch_not_{form.branch_kind}"
        return None if await self._registry.recommends(branch) else "branch_sample"

    async def _successor(self, branch: BranchView) -> BranchView | None:
        try:
            return await self._registry.get(branch.moved_to) if branch.moved_to else None
        except BranchNotFoundError:
            return None
