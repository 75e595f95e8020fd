"""The door for what comes in: texts that can be kept anywhere, JSON that is read one way only.

Whatever a route or a model would have to think of by itself is settled here once, for
every address, query and JSON body:

- NUL, which PostgreSQL cannot keep, becomes the replacement character.
- JSON is UTF-8 without lone surrogates, no deeper than 32 and no larger than 100 000
  values, without repeated names, NaN, infinities, or numbers beyond 2^53 (what RFC 7493
  leaves to chance; ``1e30`` too, which no schema tells apart from its digits). Anything
  else is a problem, before a route sees it.
  ``23.0`` is the whole number 23, as JSON Schema has it.
"""

import json
from typing import Any

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.contract.applications import FieldIssue
from api.error_handlers import problem
from api.texts import field_message
from knowledge.kit.wire import LARGEST_NUMBER

MAX_DEPTH = 32
MAX_VALUES = 100_000
REPLACEMENT = "\ufffd"


class UnfitJsonError(ValueError):
    """A body that is not the JSON that is taken; the message is a stable code."""


class IncomingMiddleware:
    """Lets a request in with clean texts, or says what is wrong with its body."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        # In place: those further out read from it which route was taken.
        scope["path"] = scope["path"].replace("\0", REPLACEMENT)
        scope["query_string"] = scope["query_string"].replace(b"%00", b"%EF%BF%BD")
        if scope["type"] == "websocket" or not _is_json(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        messages = [await receive()]
        while messages[-1].get("more_body"):
            messages.append(await receive())
        if messages[-1]["type"] == "http.request":
            try:
                body = clean_json(b"".join(message.get("body", b"") for message in messages))
            except UnfitJsonError as error:
                issue = FieldIssue(
                    field="body", code=str(error), message=field_message("invalid_request")
                )
                await problem("invalid_request", [issue])(scope, receive, send)
                return
            messages = [{"type": "http.request", "body": body, "more_body": False}]
        await self._app(scope, _after(messages, receive), send)


def clean_json(body: bytes) -> bytes:
    """A JSON body as it is let in; an empty one as it is.

    Raises:
        UnfitJsonError: it is not the JSON that is taken.
    """
    if not body:
        return body
    if sum(body.count(mark) for mark in (b",", b":", b"[", b"{")) > MAX_VALUES:
        raise UnfitJsonError("json_too_large")
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_object,
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=_constant,
        )
    except UnfitJsonError:
        raise
    except UnicodeDecodeError as error:
        raise UnfitJsonError("json_not_utf8") from error
    except ValueError as error:
        raise UnfitJsonError("json_invalid") from error
    except RecursionError as error:
        raise UnfitJsonError("json_too_deep") from error
    try:
        return json.dumps(_cleaned(value, MAX_DEPTH), ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnfitJsonError("json_half_character") from error


def _cleaned(value: Any, depth: int) -> Any:
    if isinstance(value, str):
        return value.replace("\0", REPLACEMENT)  # halves are refused when it is written out
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        raise UnfitJsonError("json_too_deep")
    if isinstance(value, list):
        return [_cleaned(item, depth - 1) for item in value]
    return {_cleaned(key, 1): _cleaned(item, depth - 1) for key, item in value.items()}


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise UnfitJsonError("json_repeated_name")
    return found


def _whole(digits: str) -> int:
    if len(digits) > len(str(-LARGEST_NUMBER)) or abs(int(digits)) > LARGEST_NUMBER:
        raise UnfitJsonError("json_number_too_large")
    return int(digits)


def _fraction(digits: str) -> float:
    number = float(digits)
    if abs(number) > LARGEST_NUMBER:
        raise UnfitJsonError("json_number_too_large")
    return int(number) if number.is_integer() else number


def _constant(name: str) -> float:
    raise UnfitJsonError("json_invalid")


def _is_json(headers: Headers) -> bool:
    media_type = headers.get("content-type", "").split(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _after(messages: list[Message], receive: Receive) -> Receive:
    """The messages already taken, and then whatever comes."""
    waiting = iter(messages)

    async def receive_again() -> Message:
        return next(waiting, None) or await receive()

    return receive_again
