"""Answers for methods and addresses that no route serves: HEAD, OPTIONS, 405 with Allow, 404."""

from collections.abc import Callable, Iterable
from functools import cached_property

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.routing import Route, compile_path
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import problem

# Addresses of the API that lie beside /v1; whatever else there is belongs to the pages.
UNDESCRIBED = ("/openapi.json", "/docs")
BESIDE = ("/healthz", "/readyz", "/metrics", *UNDESCRIBED)
Fits = Callable[[str], object]


class HeadMiddleware:
    """Answers HEAD as GET without the body, for every route there is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, without_body)


class Fallback:
    """What the API says where no route fits, whatever the method."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(scope["path"], scope["method"])(scope, receive, send)

    def _answer(self, path: str, method: str) -> Response:
        allowed = self._allowed(path)
        if not allowed:
            return problem("not_found")
        allow = {"Allow": ", ".join(sorted(allowed | {"OPTIONS"}))}
        if method == "OPTIONS":
            return Response(status_code=204, headers=allow)
        return problem("method_not_allowed", headers=allow)

    def _allowed(self, path: str) -> set[str]:
        """The methods described for an address, at the most literal of the paths that fit."""
        fitting = [(params, methods) for fits, params, methods in self._paths if fits(path)]
        return min(fitting, key=lambda one: one[0])[1] if fitting else set()

    @cached_property
    def _paths(self) -> list[tuple[Fits, int, set[str]]]:
        """Each path described: what fits it, how many parts of it vary, its methods."""
        described: dict[str, Iterable[str]] = dict.fromkeys(UNDESCRIBED, ("get",))
        described |= self._app.openapi()["paths"]
        found: list[tuple[Fits, int, set[str]]] = []
        for path, operations in described.items():
            methods = {method.upper() for method in operations}
            methods |= {"HEAD"} if "GET" in methods else set()
            regex, _, parameters = compile_path(path)
            found.append((regex.fullmatch, len(parameters), methods))
        return found


class LiteralMiddleware:
    """Refuses a method that an address described in full has not.

    Else a route with an id in that place would take the address for one of its own, and find
    fault with the id.
    """

    def __init__(self, app: ASGIApp, described: FastAPI) -> None:
        self._app, self._described = app, described

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._has(scope["path"], scope["method"]):
            await Fallback(self._described)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _has(self, path: str, method: str) -> bool:
        operations = self._described.openapi()["paths"].get(path)
        if operations is None or "{" in path or method in ("HEAD", "OPTIONS"):
            return True
        return method.lower() in operations


def add_fallback(app: FastAPI) -> None:
    """Answer for the API's addresses; to be called after all its routes, before the pages."""
    fallback = Fallback(app)
    for path in ("/v1", "/v1/{rest:path}", *BESIDE):
        app.router.routes.append(Route(path, fallback, include_in_schema=False))
