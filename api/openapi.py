"""The description of the API, completed with what holds for every route of a kind.

Routes say what is theirs; what middleware and handlers do for all of them (problem+json,
limits, overload, a full disk) is added here, so that the description cannot lag behind.
"""

from typing import Any

from fastapi import FastAPI

from api.contract.problem import Problem
from api.error_handlers import STATUS, problem_details

PROBLEM_MEDIA_TYPE = "application/problem+json"
PROBLEM_REF = {"$ref": f"#/components/schemas/{Problem.__name__}"}
METHODS = ("get", "put", "post", "patch", "delete")
# Per status: an error that shows it, and what the status means on any route.
MEANINGS = {
    400: ("idempotency_key_missing", "Cannot be read, or a header is missing"),
    401: ("not_authenticated", "No token, or one that nobody holds"),
    403: ("forbidden", "The token does not open this"),
    404: ("not_found", "No such thing"),
    409: ("wrong_state", "The state does not allow it"),
    413: ("body_too_large", "The request is larger than is taken"),
    422: ("invalid_request", "The request does not fit"),
    429: ("rate_limited", "Too many requests; `Retry-After` in seconds"),
    503: ("starting", "Not now; `Retry-After` in seconds"),
    507: ("storage_full", "The disk is full"),
}
RETRY_AFTER = {
    "Retry-After": {"schema": {"type": "integer", "minimum": 0}, "description": "seconds"}
}


class DescribedApi(FastAPI):
    """A FastAPI application whose description tells every answer it can give."""

    def openapi(self) -> dict[str, Any]:
        """The description, made once, when all routes are there."""
        if self.openapi_schema is None:
            complete(super().openapi())
        return self.openapi_schema or {}


def complete(schema: dict[str, Any]) -> None:
    """Add what every operation of a kind can answer; all errors are problems."""
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            if method in METHODS:
                _complete_operation(path, method, operation)
    schemas = schema["components"]["schemas"]
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _close(schemas)


def _close(schema: Any) -> None:
    """Say of objects whose names have a pattern that they take no others.

    Models refuse them; of a pattern alone a schema would let any other name pass, with any value.
    """
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema.setdefault("additionalProperties", False)
        for inner in schema.values():
            _close(inner)
    elif isinstance(schema, list):
        for inner in schema:
            _close(inner)


def _complete_operation(path: str, method: str, operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    for status in _common_statuses(path, method, operation):
        responses.setdefault(str(status), {"description": MEANINGS[status][1]})
    for text, response in responses.items():
        if text[0] in "45":
            response["content"] = _problem_content(int(text))
            if text in ("429", "503"):
                response["headers"] = RETRY_AFTER
    operation["responses"] = dict(sorted(responses.items()))
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "header":
            # Its absence is a problem of its own, which a required parameter would hide.
            parameter["required"] = True
            kinds = parameter["schema"].get("anyOf", [parameter["schema"]])
            text = next(kind for kind in kinds if kind["type"] == "string")
            parameter["schema"] = {**text, "minLength": 1}


def _common_statuses(path: str, method: str, operation: dict[str, Any]) -> list[int]:
    if not path.startswith("/v1/"):
        return []
    statuses = [422, 429, 503]
    if "security" in operation:
        statuses += [401, 403]
    if "requestBody" in operation:
        statuses += [413]
    if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
        statuses += [400]
    if method != "get" and 507 in STATUS.values():
        statuses += [507]
    return statuses


def _problem_content(status: int) -> dict[str, Any]:
    example = problem_details(MEANINGS[status][0], status=status).model_dump(exclude_none=True)
    return {PROBLEM_MEDIA_TYPE: {"schema": PROBLEM_REF, "example": example}}
