"""The one table from errors to HTTP statuses, and how they are rendered."""

import logging
import uuid

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.contract.applications import FieldIssue
from api.contract.problem import Problem
from api.errors import InvalidFieldsError
from api.texts import field_message, problem_text
from knowledge.kit.errors import ChuangdaiError

log = logging.getLogger(__name__)

STATUS = {
    "not_authenticated": 401,
    "forbidden": 403,
    "application_not_found": 404,
    "form_not_found": 404,
    "login_refused": 401,
    "login_locked": 429,
    "weak_password": 422,
    "faq_not_found": 404,
    "faq_unfounded": 422,
    "question_not_found": 404,
    "upload_refused": 422,
    "branch_not_found": 404,
    "document_not_found": 404,
    "clause_not_found": 404,
    "handover_invalid": 404,
    "consent_required": 409,
    "wrong_state": 409,
    "duplicate_application": 409,
    "submission_in_flight": 409,
    "conversation_changed": 409,
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
    "invalid_request": 422,
    "body_too_large": 413,
    "rate_limited": 429,
    "not_found": 404,
    "method_not_allowed": 405,
    "starting": 503,
    "api_unreachable": 503,
    "overloaded": 503,
}
# What is wrong with a value, where a person can be told more than that it does not fit.
_FAULTS = {"string_too_long": "too_long"}
# In how many seconds to ask again, where that is known.
RETRY_AFTER_S = {"overloaded": 5}


def install_error_handlers(app: FastAPI) -> None:
    """Render every error as problem+json."""

    @app.exception_handler(ChuangdaiError)
    async def on_known(request: Request, error: ChuangdaiError) -> Response:
        if error.code not in STATUS:
            return _internal(error)
        issues = error.issues if isinstance(error, InvalidFieldsError) else []
        return problem(error.code, issues)

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
        codes = {404: "not_found", 405: "method_not_allowed", 413: "body_too_large"}
        return problem(codes.get(error.status_code, "invalid_request"), status=error.status_code)


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
            response = _internal(error)
            if scope["type"] != "http" or has_begun:
                return
            await response(scope, receive, send)


def problem(
    code: str, issues: list[FieldIssue] | None = None, *, status: int | None = None
) -> JSONResponse:
    """A problem+json response for an error code."""
    title, detail = problem_text(code)
    status = status or STATUS.get(code, 500)
    body = Problem(title=title, status=status, detail=detail, code=code, issues=issues or [])
    wait = RETRY_AFTER_S.get(code)
    return JSONResponse(
        body.model_dump(),
        status_code=status,
        headers=None if wait is None else {"Retry-After": str(wait)},
        media_type="application/problem+json",
    )


def _internal(error: Exception) -> Response:
    """Say sorry, and log the kind of error under an id; its text may hold personal data."""
    incident = uuid.uuid4().hex[:8]
    frames = []
    trace = error.__traceback__
    while trace is not None:
        frames.append(f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}")
        trace = trace.tb_next
    log.error("incident %s: %s at %s", incident, type(error).__name__, " < ".join(frames[-6:]))
    return problem("internal", status=500)
