"""What browsers are told with every answer."""

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, JSONResponse

from api.headers import PagePolicy, SecurityHeadersMiddleware
from bot.settings import MapSettings

TELEGRAM = "https://web.telegram.org"


def client_of(policy: PagePolicy, base_url: str = "http://test") -> httpx.AsyncClient:
    app = FastAPI()

    @app.get("/staff")
    @app.get("/map")
    async def page() -> HTMLResponse:
        answer = HTMLResponse("<p>")
        answer.set_cookie("session", "x", httponly=True, samesite="lax")
        answer.set_cookie("other", "y")
        return answer

    @app.get("/v1/me")
    async def personal() -> JSONResponse:
        return JSONResponse({})

    @app.get("/v1/land")
    async def public() -> JSONResponse:
        answer = JSONResponse({}, headers={"Cache-Control": "public, max-age=60"})
        answer.set_cookie("session", "x")
        return answer

    app.add_middleware(SecurityHeadersMiddleware, policy=policy)
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=base_url)


def rules_of(answer: httpx.Response) -> dict[str, str]:
    parts = answer.headers["content-security-policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


async def test_scripts_run_with_the_nonce_of_their_answer_only():
    async with client_of(PagePolicy()) as client:
        first, second = rules_of(await client.get("/map")), rules_of(await client.get("/map"))

    assert "'unsafe-inline'" not in first["script-src"]
    assert "'nonce-" in first["script-src"]
    assert first["script-src"] != second["script-src"]
    assert first["default-src"] == "'self'"
    assert first["object-src"] == first["base-uri"] == "'none'"


async def test_only_named_pages_are_framed_and_only_by_whom_is_named():
    policy = PagePolicy(framed=("/map",), frame_ancestors=(TELEGRAM,))
    async with client_of(policy) as client:
        answers = {path: rules_of(await client.get(path)) for path in ("/map", "/staff", "/v1/me")}

    assert answers["/map"]["frame-ancestors"] == TELEGRAM
    assert answers["/staff"]["frame-ancestors"] == "'none'"
    assert answers["/v1/me"] == {"default-src": "'none'", "frame-ancestors": "'none'"}


async def test_what_is_personal_is_kept_nowhere_and_what_is_public_holds_no_cookie():
    async with client_of(PagePolicy()) as client:
        personal, public = await client.get("/v1/me"), await client.get("/v1/land")

    assert personal.headers["cache-control"] == "no-store"
    assert public.headers["cache-control"] == "public, max-age=60"
    assert "set-cookie" not in public.headers


@pytest.mark.parametrize(
    ("policy", "base_url", "is_secure"),
    [
        (PagePolicy(), "http://test", False),
        (PagePolicy(), "https://test", True),
        (PagePolicy(is_https=True), "http://test", True),
    ],
)
async def test_behind_https_cookies_and_browsers_stay_there(policy, base_url, is_secure):
    async with client_of(policy, base_url) as client:
        answer = await client.get("/map")

    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all(("; secure" in cookie.lower()) is is_secure for cookie in cookies)
    assert ("strict-transport-security" in answer.headers) is is_secure


async def test_every_answer_forbids_guessing_and_tells_no_address():
    async with client_of(PagePolicy()) as client:
        for path in ("/map", "/v1/me", "/nowhere"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] == "strict-origin"
            assert "geolocation=(self)" in headers["permissions-policy"]


@pytest.mark.parametrize(
    ("tiles", "sources"),
    [
        (None, ()),
        ("/tiles/{z}/{x}/{y}.png", ()),
        ("https://tiles.example.cn/{z}/{x}/{y}.png", ("https://tiles.example.cn",)),
        ("https://{s}.tiles.cn:8443/{z}/{x}/{y}", ("https://*.tiles.cn:8443",)),
        ("https://t{s}.tiles.cn/{z}/{x}/{y}", ("https://*.tiles.cn",)),
    ],
)
def test_tiles_may_come_from_where_they_are_set_to(tiles, sources):
    assert MapSettings(tiles_url=tiles).tile_sources == sources
