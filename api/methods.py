"""Answers for methods and addresses that no route serves: HEAD, OPTIONS, 405 with Allow, 404."""

from fastapi import FastAPI
from fastapi.responses import Response
from starlette.routing import BaseRoute, Match, Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.error_handlers import problem

# Addresses of the API that lie beside /v1; whatever else there is belongs to the pages.
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
BESIDE = ("/healthz", "/readyz", "/metrics", "/openapi.json", "/docs")


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
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        methods = self._methods(scope)
        if not methods:
            return problem("not_found")
        allow = {"Allow": ", ".join(sorted(methods | {"OPTIONS"}))}
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=allow)
        return problem("method_not_allowed", headers=allow)

    def _methods(self, scope: Scope) -> set[str]:
        """The methods that routes serve at the address."""
        routes = [route for route in self._app.routes if not _takes_all(route)]
        found = {
            method
            for method in METHODS
            if any(
                route.matches({**scope, "method": method})[0] is Match.FULL for route in routes
            )
        }
        return found | {"HEAD"} if "GET" in found else found


def _takes_all(route: BaseRoute) -> bool:
    return isinstance(route, Mount) or isinstance(getattr(route, "endpoint", None), Fallback)


def add_fallback(app: FastAPI) -> None:
    """Answer for the API's addresses; to be called after all its routes, before the pages."""
    for path in ("/v1", "/v1/{rest:path}", *BESIDE):
        app.router.routes.append(Route(path, Fallback(app), include_in_schema=False))
