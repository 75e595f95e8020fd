"""How often one address may ask, and how much it may send."""

import ipaddress

from limits import parse
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import MovingWindowRateLimiter
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import problem
from api.settings import ApiSettings

UNLIMITED = ("/healthz", "/readyz", "/metrics", "/_nicegui", "/favicon")


class LimitsMiddleware:
    """Refuses with 429 who asks too often, with 413 who sends too much.

    With a Redis address the counts are shared between processes. Loopback is exempt
    unless the setting says otherwise.
    """

    def __init__(self, app: ASGIApp, settings: ApiSettings) -> None:
        self._app = app
        self._rate = parse(settings.rate_limit)
        storage: Storage = (
            RedisStorage(f"async+{settings.redis_url}") if settings.redis_url else MemoryStorage()
        )
        self._limiter = MovingWindowRateLimiter(storage)
        self._counts_loopback = settings.rate_limit_loopback
        self._max_body = settings.max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if await self._is_too_often(scope):
            await problem("rate_limited")(scope, receive, send)
            return
        length = dict(scope["headers"]).get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._max_body:
            await problem("body_too_large")(scope, receive, send)
            return
        await self._app(scope, self._counted(receive), send)

    async def _is_too_often(self, scope: Scope) -> bool:
        if scope["path"].startswith(UNLIMITED):
            return False
        client = (scope.get("client") or ("unknown", 0))[0]
        if not self._counts_loopback and _is_loopback(client):
            return False
        return not await self._limiter.hit(self._rate, client)

    def _counted(self, receive: Receive) -> Receive:
        """A body without a stated length is cut off once it is too large."""
        taken = 0

        async def counted() -> Message:
            nonlocal taken
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > self._max_body:
                return {"type": "http.disconnect"}
            return message

        return counted


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address in ("testclient", "in-process")
