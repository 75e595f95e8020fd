"""RFC 9457 problem details."""

from pydantic import BaseModel, Field

from api.contract.applications import FieldIssue
from knowledge.kit.errors import ChuangdaiError


class Problem(BaseModel):
    """Why a request failed; ``code`` is stable, ``detail`` says what to do next (Chinese)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    code: str
    issues: list[FieldIssue] = Field(default=[], description="per field, where fields are wrong")
    retry_after_s: int | None = Field(default=None, description="as Retry-After, for 429 and 503")


class ApiProblemError(ChuangdaiError):
    """The API refused a request; carries its problem details."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.code}")
        self.problem = problem
        self.code = problem.code

    @property
    def is_passing(self) -> bool:
        """Whether the server cannot just now, be it for load, its disk or its database."""
        return self.problem.status in (503, 507)


class ApiUnreachableError(ChuangdaiError):
    """The API did not answer; the request may be sent again."""

    code = "api_unreachable"
