"""How often one caller may ask, over HTTP and over sockets, and how much it may send."""

import ipaddress
import logging
from collections import Counter
from collections.abc import Iterable

from fastapi import FastAPI
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.auth.callers import caller_of, is_counted, speaks_for_somebody
from api.error_handlers import problem
from api.limit_settings import LimitSettings
from api.limits.bodies import Body
from api.limits.rates import RateCounter

log = logging.getLogger(__name__)

FORWARDED = b"x-forwarded-for"
FREE = ("/healthz", "/readyz", "/metrics", "/favicon.ico")
FREE_FILES = "/_nicegui/"
SOCKETS = "/_nicegui_ws/"
TRY_AGAIN_LATER = 1013
# What socket.io puts between the messages of one polling request.
MESSAGE_SEPARATOR = b"\x1e"


class RequestRates:
    """The counts of this process: requests by HTTP, those on behalf of people, messages."""

    def __init__(self, settings: LimitSettings) -> None:
        self._counts_loopback = settings.rate_limit_loopback
        self._direct = RateCounter(settings.rate_limit)
        self._on_behalf = RateCounter(settings.rate_limit_on_behalf)
        self._sockets = RateCounter(settings.rate_limit_sockets)

    def counts(self, caller: str) -> bool:
        """Whether the caller is counted at all."""
        return is_counted(caller, counts_loopback=self._counts_loopback)

    def request(self, caller: str) -> float:
        """Count a request, or something said on a page; seconds to wait, 0 if it may go on."""
        if not self.counts(caller):
            return 0.0
        counter = self._on_behalf if speaks_for_somebody(caller) else self._direct
        return counter.hit(caller)

    def messages(self, caller: str, count: int = 1) -> float:
        """Count messages that came over a socket, or instead of one."""
        return self._sockets.hit(caller, count) if self.counts(caller) else 0.0


class LimitsMiddleware:
    """Refuses with 429 who asks too often, with 413 who sends too much.

    A page's socket is closed with 1013 when it sends too much, and not opened (429) when
    its caller has too many already.
    """

    def __init__(self, app: ASGIApp, settings: LimitSettings, rates: RequestRates) -> None:
        self._app, self._settings, self._rates = app, settings, rates
        self._sockets: Counter[str] = Counter()
        self._knows_proxies = bool(settings.trusted_proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            self._warn_of_unknown_proxy(scope)
            await self._request(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._socket(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = caller_of(scope)
        is_polling = scope["path"].startswith(SOCKETS)
        if wait := self._wait(scope, caller):
            await problem("rate_limited", retry_after_s=wait)(scope, receive, send)
            return

        def weigh(part: bytes) -> float:
            further = part.count(MESSAGE_SEPARATOR) if is_polling else 0
            return self._rates.messages(caller, further) if further else 0.0

        body = Body(receive, send, most=self._settings.max_body_bytes, weigh=weigh)
        if body.states_too_much(scope):
            await body.too_large()(scope, receive, send)
            return
        try:
            await self._app(scope, body.receive, body.send)
        except ClientDisconnect:
            # Nobody is there to be told, or it is told below.
            if body.refusal is None:
                return
        except Exception:
            if body.refusal is None:
                raise
        if body.refusal is not None and not body.has_answer:
            await body.refusal(scope, receive, send)

    def _warn_of_unknown_proxy(self, scope: Scope) -> None:
        if not self._knows_proxies and FORWARDED in dict(scope["headers"]):
            self._knows_proxies = True  # said once
            log.warning(
                "a proxy forwards requests, and CHUANGDAI_TRUSTED_PROXIES does not name it: "
                "all who come through it count as one"
            )

    def _wait(self, scope: Scope, caller: str) -> float:
        path: str = scope["path"]
        if path in FREE or (path.startswith(FREE_FILES) and scope["method"] in ("GET", "HEAD")):
            return 0.0
        if path.startswith(SOCKETS):
            return self._rates.messages(caller)
        return self._rates.request(caller)

    async def _socket(self, scope: Scope, receive: Receive, send: Send) -> None:
        caller = caller_of(scope)
        most = self._settings.connections_per_caller
        if self._rates.counts(caller) and self._sockets[caller] >= most:
            await _deny(scope, receive, send)
            return

        is_closed = False

        async def counted() -> Message:
            nonlocal is_closed
            message = await receive()
            if message["type"] == "websocket.receive" and self._rates.messages(caller):
                is_closed = True
                await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
                return {"type": "websocket.disconnect", "code": TRY_AGAIN_LATER}
            return message

        async def unless_closed(message: Message) -> None:
            if not is_closed:
                await send(message)

        self._sockets[caller] += 1
        try:
            await self._app(scope, counted, unless_closed)
        finally:
            self._sockets[caller] -= 1
            if not self._sockets[caller]:
                del self._sockets[caller]


def install_limits(app: FastAPI, settings: LimitSettings) -> RequestRates:
    """Limit what reaches the application; an address is believed where a trusted proxy told it."""
    rates = RequestRates(settings)
    app.add_middleware(LimitsMiddleware, settings=settings, rates=rates)
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=_written(settings.trusted_proxies))
    return rates


def _written(networks: Iterable[str]) -> list[str]:
    """The networks, those of IPv4 also as a socket open for both kinds writes them."""
    known = [ipaddress.ip_network(network) for network in networks]
    mapped = [
        f"::ffff:{network.network_address}/{network.prefixlen + 96}"
        for network in known
        if network.version == 4
    ]
    return [*map(str, known), *mapped]


async def _deny(scope: Scope, receive: Receive, send: Send) -> None:
    if "websocket.http.response" in scope.get("extensions", {}):
        await problem("too_many_connections")(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
