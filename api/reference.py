"""The page that shows the API's description to people: plain HTML, no script, no other host."""

from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import ChainableUndefined, Environment, PackageLoader

from api.openapi import METHODS


def add_reference(app: FastAPI, path: str = "/docs") -> None:
    """Serve the page at ``path``."""
    pages = Environment(
        loader=PackageLoader("api", "."), autoescape=True, undefined=ChainableUndefined
    )

    @cache
    def page() -> str:
        described = app.openapi()
        return pages.get_template("reference.html").render(
            **described, groups=_by_tag(described["paths"]), openapi_url=app.openapi_url
        )

    @app.get(path, include_in_schema=False)
    async def show_reference() -> HTMLResponse:
        return HTMLResponse(page())


def _by_tag(paths: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in paths.items():
        for method in METHODS:
            if operation := operations.get(method):
                shown = {**operation, "path": path, "method": method.upper()}
                groups.setdefault(operation["tags"][0], []).append(shown)
    return groups
