"""The one table from errors to HTTP statuses, and how they are rendered."""

import logging
import math
import uuid
from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.contract.applications import FieldIssue
from api.contract.problem import ApiProblemError, Problem
from api.db.faults import fault_of
from api.errors import InvalidFieldsError
from api.texts import field_message, problem_text, wait_text
from knowledge.kit.errors import ChuangdaiError
from knowledge.kit.redaction import failure_of

log = logging.getLogger(__name__)

STATUS = {
    "not_authenticated": 401,
    "forbidden": 403,
    "application_not_found": 404,
    "form_not_found": 404,
    "login_refused": 401,
    "login_locked": 429,
    "weak_password": 422,
    "staff_not_found": 404,
    "overloaded": 503,
    "faq_not_found": 404,
    "faq_unfounded": 422,
    "question_not_found": 404,
    "upload_refused": 422,
    "branch_not_found": 404,
    "document_not_found": 404,
    "clause_not_found": 404,
    "handover_invalid": 404,
    "copy_not_found": 404,
    "erasure_refused": 409,
    "consent_required": 409,
    "wrong_state": 409,
    "duplicate_application": 409,
    "submission_in_flight": 409,
    "conversation_changed": 409,
    "seal_broken": 409,
    "key_missing": 503,
    "key_mismatch": 503,
    "key_unreadable": 503,
    "idempotency_key_missing": 400,
    "idempotency_key_reused": 422,
    "invalid_fields": 422,
    "incomplete_application": 422,
    "attachment_refused": 422,
    "place_missing": 422,
    "box_invalid": 422,
    "search_empty": 422,
    "unknown_region": 422,
    "invalid_message": 422,
    "unknown_conversation": 422,
    "invalid_request": 422,
    "body_too_large": 413,
    "head_too_large": 431,
    "too_slow": 408,
    "bad_request": 400,
    "rate_limited": 429,
    "too_many_connections": 429,
    "too_many_look_ups": 429,
    "too_many_codes": 429,
    "too_many_drafts": 429,
    "too_many_conversations": 429,
    "too_many_uploads": 429,
    "attachments_full": 422,
    "attachments_disk_full": 507,
    "not_found": 404,
    "method_not_allowed": 405,
    "starting": 503,
    "disk_full": 507,
    "storage_faulty": 503,
    "data_not_writable": 503,
    "database_unreachable": 503,
    "database_refused": 503,
    "database_damaged": 503,
    "database_too_new": 503,
    "api_unreachable": 503,
}

# What is wrong with a value, where a person can be told more than that it does not fit.
_FAULTS = {"string_too_long": "too_long"}
# When it is worth asking again, where the error does not know; else after a short pause.
RETRY_AFTER_S = {"overloaded": 2, "database_unreachable": 5, "starting": 5, "disk_full": 60}
SHORT_PAUSE_S = 10
WAITING = (429, 503, 507)


def install_error_handlers(app: FastAPI) -> None:
    """Render every error as problem+json."""
    for kind in (ChuangdaiError, OSError, SQLAlchemyError):
        app.add_exception_handler(kind, _on_error)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> Response:
        # Only where and what kind: the input itself may hold personal data.
        issues = [
            FieldIssue(
                field=".".join(str(part) for part in entry["loc"]),
                code=str(entry["type"]),
                message=field_message(_FAULTS.get(str(entry["type"]), "invalid_request")),
            )
            for entry in error.errors()
        ]
        return problem("invalid_request", issues)

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> Response:
        if fault := fault_of(error.__cause__):  # a body that could not be laid down while read
            return _render(fault)
        codes = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
        code = codes.get(error.status_code, "invalid_request")
        return problem(code, status=error.status_code, headers=error.headers)


class LastResortMiddleware:
    """Renders what no handler knows; nothing of it reaches the person or the server's log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        has_begun = False

        async def watched(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            response = _render(error)
            if scope["type"] != "http" or has_begun:
                return
            await response(scope, receive, send)


def problem(
    code: str,
    issues: list[FieldIssue] | None = None,
    *,
    status: int | None = None,
    told: Mapping[str, object] | None = None,
    retry_after_s: float | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """A problem+json response for an error code; see :func:`problem_details`."""
    return _respond(problem_details(code, issues, status, told, retry_after_s), headers)


def problem_details(
    code: str,
    issues: list[FieldIssue] | None = None,
    status: int | None = None,
    told: Mapping[str, object] | None = None,
    retry_after_s: float | None = None,
) -> Problem:
    """What is told of an error; where it asks to wait, for how long.

    Args:
        code: picks the sentence and, unless given, the status.
        issues: what is wrong with single fields.
        status: where the code has no fixed one.
        told: figures that the sentence tells.
        retry_after_s: seconds after which the same request may be taken.
    """
    status = status or STATUS.get(code, 500)
    wait = math.ceil(retry_after_s or RETRY_AFTER_S.get(code, SHORT_PAUSE_S))
    title, detail = problem_text(code, {"wait": wait_text(wait), **(told or {})})
    return Problem(
        title=title,
        status=status,
        detail=detail,
        code=code,
        issues=issues or [],
        retry_after_s=wait if status in WAITING else None,
    )


def _respond(problem: Problem, headers: Mapping[str, str] | None = None) -> JSONResponse:
    wait = problem.retry_after_s
    return JSONResponse(
        problem.model_dump(exclude_none=True),
        status_code=problem.status,
        media_type="application/problem+json",
        headers={**(headers or {}), **({} if wait is None else {"Retry-After": str(wait)})},
    )


async def _on_error(request: Request, error: Exception) -> Response:
    return _render(error)


def _render(error: Exception) -> Response:
    """What a person is told of an error; faults of storage are told as such, whoever raised."""
    known = error if isinstance(error, ChuangdaiError) else fault_of(error)
    if known is None or known.code not in STATUS:
        return _internal(error)
    if isinstance(known, ApiProblemError):  # of a request made on behalf of this one
        return _respond(known.problem)
    issues = known.issues if isinstance(known, InvalidFieldsError) else []
    return problem(known.code, issues, told=known.told, retry_after_s=known.retry_after_s)


def _internal(error: Exception) -> Response:
    """Say sorry."""
    log_incident(error)
    return problem("internal", status=500)


def log_incident(error: BaseException) -> str:
    """Log the kind of an error under an id, which is returned; its text may hold personal data."""
    incident = uuid.uuid4().hex[:8]
    log.error("incident %s: %s", incident, failure_of(error))
    return incident
