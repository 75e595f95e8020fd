"""Methods and addresses: what is served says so, what is not says what is."""

import httpx
import pytest

from tests.fakes.running_server import RunningServer

ALLOWED = {
    "/v1/answers": "OPTIONS, POST",
    "/v1/forms": "GET, HEAD, OPTIONS",
    "/v1/branches/nearest": "GET, HEAD, OPTIONS",
    "/v1/applications/by-receipt": "GET, HEAD, OPTIONS",
    "/v1/applications/abc": "GET, HEAD, OPTIONS, PATCH",
    "/v1/conversations/abc": "GET, HEAD, OPTIONS, PUT",
    "/v1/staff/faq/draft": "OPTIONS, POST",
    "/v1/staff/faq/abc": "OPTIONS, PUT",
    "/healthz": "GET, HEAD, OPTIONS",
    "/metrics": "GET, HEAD, OPTIONS",
    "/openapi.json": "GET, HEAD, OPTIONS",
    "/docs": "GET, HEAD, OPTIONS",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = RunningServer(tmp_path_factory.mktemp("pages"), CHUANGDAI_VECTORS="false").start()
    yield running
    running.stop()


@pytest.fixture
async def web(server):
    async with httpx.AsyncClient(base_url=server.url) as http:
        yield http


async def test_a_method_that_is_not_served_is_told_which_are(client):
    for path, allowed in ALLOWED.items():
        for method in ("TRACE", "DELETE", "PROPFIND"):
            answer = await client.request(method, path)
            assert (answer.status_code, answer.headers["allow"]) == (405, allowed), path
            assert answer.json()["code"] == "method_not_allowed"


async def test_options_are_told(client):
    for path, allowed in ALLOWED.items():
        answer = await client.options(path)
        assert (answer.status_code, answer.headers["allow"], answer.content) == (204, allowed, b"")


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "TRACE", "PROPFIND"])
async def test_an_unknown_address_is_a_problem_whatever_the_method(client, method):
    for path in ("/v1", "/v1/", "/v1/none", "/v1/answers/none/none", "/v1/forms/"):
        answer = await client.request(method, path, follow_redirects=False)
        assert answer.headers["content-type"] == "application/problem+json", path
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found"), path


async def test_head_is_get_without_its_body(client):
    for path in ("/v1/forms", "/healthz", "/docs", "/v1/branches/nearest?lat=35.41&lon=116.58"):
        head, get = await client.head(path), await client.get(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == get.headers["content-length"]


async def test_words_for_methods_do_not_fill_the_figures(client):
    for number in range(20):
        await client.request(f"MADEUP{number}", "/v1/forms")

    assert "MADEUP" not in (await client.get("/metrics")).text


async def test_the_description_for_people_needs_no_script(client):
    page = await client.get("/docs")

    assert page.headers["content-type"].startswith("text/html")
    assert "/v1/applications/{application_id}/submission" in page.text
    assert "<script" not in page.text
    assert (await client.get("/redoc")).status_code == 404


async def test_no_page_names_another_host(web):
    for path in ("/", "/map", "/staff/login", "/docs"):
        page = await web.get(path)
        assert page.status_code == 200, path
        assert "http://" not in page.text, path
        assert "https://" not in page.text, path
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
