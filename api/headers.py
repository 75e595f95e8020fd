"""Headers that tell browsers what an answer may do, on the API and the pages alike.

Scripts of pages run only from this server or with the nonce of their answer: what gets into
a page as text cannot run. ``unsafe-eval`` stays, since the pages' framework compiles its
templates in the browser; styles are written into the page by it as well.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

NONCE = "csp_nonce"
YEAR_S = 31_536_000
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Addresses may carry a place or a branch; a tile server learns where it is used, no more.
    "Referrer-Policy": "strict-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=(), payment=(), usb=()",
}


@dataclass(frozen=True, slots=True)
class PagePolicy:
    """What pages may do beside the usual.

    ``framed`` are the paths that ``frame_ancestors`` (origins) may show in a frame.
    ``image_sources`` are origins of map tiles. ``is_https``: people come by https only.
    """

    framed: Sequence[str] = ()
    frame_ancestors: Sequence[str] = ()
    image_sources: Sequence[str] = ()
    is_https: bool = False


class SecurityHeadersMiddleware:
    """Adds the headers; what an answer says itself of caching stays."""

    def __init__(self, app: ASGIApp, policy: PagePolicy) -> None:
        self._app, self._policy = app, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope["state"] = {**scope.get("state", {}), NONCE: nonce}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add(MutableHeaders(scope=message), scope, nonce)
            await send(message)

        await self._app(scope, receive, with_headers)

    def _add(self, headers: MutableHeaders, scope: Scope, nonce: str) -> None:
        headers.update(ALWAYS)
        is_page = headers.get("content-type", "").startswith("text/html")
        headers["Content-Security-Policy"] = (
            self._page_rules(scope["path"], nonce)
            if is_page
            else "default-src 'none'; frame-ancestors 'none'"
        )
        headers.setdefault("Cache-Control", "no-store")
        if "public" in headers["Cache-Control"]:
            del headers["set-cookie"]  # a cache would hand one person's session to the next
        if self._policy.is_https or scope.get("scheme") == "https":
            headers["Strict-Transport-Security"] = f"max-age={YEAR_S}"
            _secure_cookies(headers)

    def _page_rules(self, path: str, nonce: str) -> str:
        may_frame = path in self._policy.framed and self._policy.frame_ancestors
        ancestors = " ".join(self._policy.frame_ancestors) if may_frame else "'none'"
        images = " ".join(("'self'", "data:", *self._policy.image_sources))
        return "; ".join(
            (
                "default-src 'self'",
                f"script-src 'self' 'nonce-{nonce}' 'unsafe-eval'",
                "style-src 'self' 'unsafe-inline'",
                f"img-src {images}",
                "font-src 'self' data:",
                "object-src 'none'",
                "base-uri 'none'",
                "form-action 'self'",
                f"frame-ancestors {ancestors}",
            )
        )


def _secure_cookies(headers: MutableHeaders) -> None:
    cookies = headers.getlist("set-cookie")
    if cookies:
        del headers["set-cookie"]
    for cookie in cookies:
        is_secure = "; secure" in cookie.lower()
        headers.append("set-cookie", cookie if is_secure else f"{cookie}; Secure")
