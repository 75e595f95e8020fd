"""RFC 9457 problem details."""

from pydantic import BaseModel, Field

from api.contract.applications import FieldIssue


class Problem(BaseModel):
    """Why a request failed; ``code`` is stable, ``detail`` says what to do next (Chinese)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    issues: list[FieldIssue] = Field(default=[], description="per field, where fields are wrong")
