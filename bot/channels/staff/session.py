"""The session of a member of staff in a browser: a cookie that only this server can read.

The token of the session lies neither on disk nor within reach of scripts. It is in a cookie made
anew at each login, so that one planted before opens nothing, sealed by the key of the pages and
bound to the kind of browser: a copied cookie is refused by another one. That stops a careless
thief only, since a browser's name can be copied as well; what ends a session for good is the
API, which knows it by the hash of its token.
"""

import base64
import hashlib
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.fernet import Fernet, InvalidToken
from fastapi import Request, Response
from nicegui import app

from api.contract.staff import StaffSession

ENTER, LEAVE = "/staff/enter", "/staff/leave"
SESSION_COOKIE, DEVICE_COOKIE = "chuangdai_staff", "chuangdai_staff_device"
DEVICE_LIFE_S = 180 * 24 * 3600
TICKET_LIFE_S = 30
_PATH = "/staff"


class SessionCookies:
    """Seals and opens the cookies of one installation."""

    def __init__(self, key: bytes) -> None:
        """``key``: 32 bytes, the same in every process that serves the pages."""
        self._fernet = Fernet(base64.urlsafe_b64encode(key))

    def set(self, request: Request, response: Response, session: StaffSession) -> None:
        """Let the browser of a request keep a session, and that it is a known device."""
        content = {"token": session.token, "browser": _browser(request)}
        sealed = self._fernet.encrypt(json.dumps(content).encode()).decode()
        is_https = request.url.scheme == "https"
        for name, value, life in (
            (SESSION_COOKIE, sealed, None),
            (DEVICE_COOKIE, session.device, DEVICE_LIFE_S),
        ):
            response.set_cookie(
                name, value, life, path=_PATH, secure=is_https, httponly=True, samesite="strict"
            )

    def token(self, request: Request) -> str | None:
        """The session's token in a request, if it comes from the browser it was given to."""
        try:
            content = json.loads(self._fernet.decrypt(request.cookies.get(SESSION_COOKIE, "")))
        except (InvalidToken, ValueError):
            return None
        return str(content["token"]) if content["browser"] == _browser(request) else None


@dataclass(frozen=True, slots=True)
class _Ticket:
    session: StaffSession
    browser_id: str
    ends: float


class EntryDesk:
    """Hands sessions from the page, which speaks by websocket, to a response that sets cookies.

    A ticket is good once, for half a minute, in the browser that logged in. Kept in memory: the
    request that fetches the session goes to the process that served the page.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tickets: dict[str, _Ticket] = {}

    def admit(self, session: StaffSession, browser_id: str) -> str:
        """A ticket for a session."""
        now = self._clock()
        self._tickets = {key: kept for key, kept in self._tickets.items() if kept.ends > now}
        ticket = secrets.token_urlsafe(32)
        self._tickets[ticket] = _Ticket(session, browser_id, now + TICKET_LIFE_S)
        return ticket

    def redeem(self, ticket: str, browser_id: str) -> StaffSession | None:
        """The session of a ticket, once."""
        kept = self._tickets.pop(ticket, None)
        if kept is None or kept.browser_id != browser_id or kept.ends <= self._clock():
            return None
        return kept.session


def register_cookies(cookies: SessionCookies, desk: EntryDesk) -> None:
    """Serve the two addresses that set and take away the cookie of a session."""

    @app.post(ENTER, include_in_schema=False)
    async def enter(request: Request) -> Response:
        ticket = (await request.body())[:100].decode("ascii", "replace")
        session = desk.redeem(ticket, str(request.session.get("id")))
        if session is None:
            return Response(status_code=403)
        response = Response(status_code=204)
        cookies.set(request, response, session)
        return response

    @app.post(LEAVE, include_in_schema=False)
    async def leave() -> Response:
        response = Response(status_code=204)
        response.delete_cookie(SESSION_COOKIE, path=_PATH, httponly=True, samesite="strict")
        return response


def _browser(request: Request) -> str:
    return hashlib.sha256(request.headers.get("user-agent", "").encode()).hexdigest()
