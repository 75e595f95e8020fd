"""Requests that no form would send: answered or refused on both databases, never a failure.

One table for all routes: what is odd is a kind (a day, a number, a text, a shape of JSON),
and each kind is tried wherever it can be sent.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest

from api.contract.staff import StaffRole
from api.db.engine import Database
from api.services import part_of
from api.staff.service import StaffService
from bot.all_in_one import create_app
from tests.e2e.conftest import app_settings

NUL, HALF = r"a\u0000b", r"a\ud800b"
DAYS = ("0001-01-01", "9999-12-31")
ZONES = ("Z", "", "%2B14:00", "-12:00", "%2B23:59")
NUMBERS = ("1e-999999", "1e999999", "1e30", "9" * 400, "9223372036854775808", "NaN", "Infinity")
SAID = ("1e-999999", "1e999999", "NaN", "Infinity", "9" * 400, "0." + "0" * 300 + "1")
JINING = '"region": "济宁市"'
QUOTE = f'{JINING}, "amount_yuan": 200000, "term_months": 36, "rate_percent": "3.6"'


def json_bodies() -> dict[str, tuple[str, str, str]]:
    """Name → method, path and JSON body; paths may name a draft or a member of staff's view."""
    cases = {}

    def put(name: str, method: str, path: str, body: str) -> None:
        cases[f"{name} {method} {path}"] = (method, path, body)

    for day in DAYS:
        put(day, "POST", "/v1/answers", f'{{"question": "最多贷多少", "as_of": "{day}"}}')
        put(day, "POST", "/v1/quotes", f'{{{QUOTE}, "as_of": "{day}"}}')
        put(day, "POST", "/v1/eligibility", f'{{{JINING}, "as_of": "{day}"}}')
        put(day, "POST", "/v1/staff/answers", f'{{"question": "最多贷多少", "as_of": "{day}"}}')
        put(day, "PATCH", "{draft}", f'{{"answers": {{"started_on": "{day}"}}}}')
    for number in NUMBERS:
        for field in ("amount_yuan", "rate_percent", "lpr_percent", "partners"):
            body = f'{QUOTE.replace("200000", "1000")}, "{field}": {number}'
            put(f"{field} {number[:20]}", "POST", "/v1/quotes", f"{{{body}}}")
            body = f'{QUOTE.replace("200000", "1000")}, "{field}": "{number}"'
            put(f'{field} "{number[:20]}"', "POST", "/v1/quotes", f"{{{body}}}")
        loans = f'"own_loans": [{{"kind": "consumer", "owed_yuan": {number}}}]'
        put(number[:20], "POST", "/v1/eligibility", f'{{{JINING}, "staff": {number}, {loans}}}')
        put(number[:20], "PATCH", "{draft}", f'{{"answers": {{"amount_yuan": {number}}}}}')
        state = f'{{"version": {number}, "state": {{}}}}'
        put(number[:20], "PUT", "/v1/conversations/http:a", state)
    for name, odd in (("nul", NUL), ("half", HALF)):
        put(name, "POST", "/v1/answers", f'{{"question": "{odd}"}}')
        put(f"{name} region", "POST", "/v1/answers", f'{{"question": "贷", "region": "{odd}"}}')
        turn = f'{{"role": "user", "content": "{odd}"}}'
        put(f"{name} history", "POST", "/v1/answers", f'{{"question": "贷", "history": [{turn}]}}')
        put(f"{name} form", "POST", "/v1/applications", f'{{"form": "{odd}"}}')
        put(f"{name} channel", "POST", "/v1/applications", f'{{"channel": "{odd}"}}')
        put(f"{name} value", "PATCH", "{draft}", f'{{"answers": {{"business_name": "{odd}"}}}}')
        put(f"{name} list", "PATCH", "{draft}", f'{{"answers": {{"business_name": ["{odd}"]}}}}')
        put(f"{name} name", "PATCH", "{draft}", f'{{"answers": {{"{odd}": 1}}}}')
        put(f"{name} version", "PATCH", "{draft}", f'{{"consent_version": "{odd}"}}')
        state = f'{{"version": 0, "state": {{"{odd}": ["{odd}"]}}}}'
        put(name, "PUT", f"/v1/conversations/http:{name}", state)
        put(name, "POST", "/v1/messages", f'{{"conversation_id": "odd", "text": "{odd}"}}')
        put(f"{name} id", "POST", "/v1/messages", f'{{"conversation_id": "{odd}", "text": "贷"}}')
        put(
            f"{name} choice",
            "POST",
            "/v1/messages",
            f'{{"conversation_id": "odd", "choice": "{odd}"}}',
        )
        put(name, "POST", "/v1/staff/login", f'{{"login": "{odd}", "password": "{odd}"}}')
        put(name, "POST", "/v1/staff/answers", f'{{"question": "{odd}"}}')
        put(name, "POST", "/v1/staff/faq/draft", f'{{"question": "{odd}"}}')
        faq = f'"question": "{odd}", "text": "{odd}", "clauses": ["caijin-2023-75#amount-personal"]'
        put(name, "POST", "/v1/staff/faq", f"{{{faq}}}")
        path = "/v1/staff/documents/caijin-2023-75/restoration"
        put(name, "POST", path, f'{{"reason": "{odd}"}}')
        put(name, "POST", "/v1/eligibility", f'{{"region": "{odd}"}}')
    for depth in (40, 500, 900, 100_000):
        deep = "[" * depth + "]" * depth
        state = f'{{"version": 0, "state": {{"a": {deep}}}}}'
        put(f"depth {depth}", "PUT", "/v1/conversations/http:deep", state)
        put(f"depth {depth}", "POST", "/v1/answers", f'{{"question": {deep}}}')
        put(f"depth {depth}", "PATCH", "{draft}", f'{{"answers": {{"business_name": {deep}}}}}')
    for said in SAID:
        for words in (
            f"贷{said}元三年利息多少",
            f"贷20万三年利率{said}%利息多少",
            f"新招{said}人够吗",
        ):
            put(words[:24], "POST", "/v1/answers", f'{{"question": "济宁{words}"}}')
    return cases


def addresses() -> list[str]:
    """Addresses with odd paths and queries, all to be read."""
    found = []
    for odd in ("%00", "a%00b", "%ff", "%ed%a0%80", "%0d%0a", "a" * 3000):
        found += [f"/v1/branches/{odd}", f"/v1/branches/{odd}/changes", f"/v1/forms/{odd}"]
        found += [f"/v1/documents/{odd}", f"/v1/documents/caijin-2023-75/clauses/{odd}"]
        found += [f"/v1/applications/{odd}", f"/v1/conversations/{odd}"]
        found += [
            f"/v1/staff/documents/{odd}",
            f"/v1/clauses?q={odd}",
            f"/v1/documents?region={odd}",
        ]
        found += [f"/v1/branches/search?q={odd}", f"/v1/branches/coverage?region={odd}"]
        found += [f"/v1/applications/by-receipt?receipt={odd}&phone_last4=1234"]
        names = ("place", "region", "within", "service", "bank", "kind", "crs")
        found += [f"/v1/branches/nearest?lat=35&lon=116&{name}={odd}" for name in names]
    for day in DAYS:
        for zone in ZONES:
            for hour in ("00:00:00", "23:59:59"):
                moment = f"open_at={day}T{hour}{zone}"
                found += [f"/v1/branches/nearest?lat=35.41&lon=116.59&{moment}"]
                box = "south=35&west=116&north=36&east=117&zoom=10"
                found += [f"/v1/branches/map?{box}&{moment}"]
    for number in (*NUMBERS, "-1"):
        found += [f"/v1/branches/nearest?lat={number}&lon={number}"]
        found += [f"/v1/branches/nearest?lat=35&lon=116&limit={number}"]
        found += [f"/v1/branches/coverage?region=370811&within_m={number}"]
        found += [f"/v1/documents?offset={number}", f"/v1/clauses?q=贷&limit={number}"]
    return found


@pytest.fixture
async def attacker(tmp_path, database_url, monkeypatch) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application, who is let in wherever a token opens something."""
    settings = app_settings(tmp_path)
    settings.api.database_url = database_url
    app = create_app(replace(settings), with_web=False, with_telegram=False)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            await part_of(app, StaffService).add(
                "editor", "演示", StaffRole.EDITOR, "long enough 演示"
            )
            login = {"login": "editor", "password": "long enough 演示"}
            session = (await client.post("/v1/staff/login", json=login)).json()["token"]
            draft = (await client.post("/v1/applications", json={"form": "personal"})).json()
            client.draft = f"/v1/applications/{draft['id']}"
            client.database = part_of(app, Database)

            def let_in(request: httpx.Request) -> httpx.Request:
                is_staff = request.url.path.startswith("/v1/staff")
                token = session if is_staff else app.state.service_token
                request.headers["Authorization"] = f"Bearer {token}"
                return request

            client.auth = let_in
            yield client


async def test_no_body_fails(attacker):
    failed = {}
    for name, (method, path, body) in json_bodies().items():
        address = attacker.draft if path == "{draft}" else path
        answer = await attacker.request(
            method, address, content=body, headers={"content-type": "application/json"}
        )
        if answer.status_code >= 500 or answer.headers["content-type"] == "text/plain":
            failed[name] = answer.text

    assert failed == {}


async def test_no_address_fails(attacker):
    failed = {}
    for address in addresses():
        answer = await attacker.get(address)
        if answer.status_code >= 500:
            failed[address[:80]] = answer.text

    assert failed == {}


async def test_nothing_odd_is_left_behind(attacker):
    """What was let in is read again: by its owner, and by the queue that writes questions."""
    for name, (method, path, body) in json_bodies().items():
        if name.startswith(("nul", "half", "depth")):
            address = attacker.draft if path == "{draft}" else path
            headers = {"content-type": "application/json"}
            await attacker.request(method, address, content=body, headers=headers)

    kept = [
        await attacker.get(address)
        for address in (
            attacker.draft,
            "/v1/conversations/http:nul",
            "/v1/conversations/http:half",
            "/v1/conversations/http:deep",
            "/v1/staff/faq",
            "/v1/staff/documents/caijin-2023-75",
        )
    ]

    assert [answer.status_code for answer in kept] == [200] * 6
    assert kept[1].json()["state"] == {"a\ufffdb": ["a\ufffdb"]}
    assert kept[2].json()["version"] == 0  # half a character was refused


NO_QUESTION = [
    b"",
    b"{",
    b"null",
    b"[]",
    b"\xff\xfe",
    b'{"question": "a", "question": "b"}',
    b'{"question": "a", "as_of": 0}',
    b'{"question": "a", "as_of": "0"}',
    '{"question": "贷"}'.encode("utf-16"),
    '{"question": "贷"}'.encode("gbk"),
]
NO_JSON = ["text/plain", "application/xml", "multipart/form-data", "application/", "\xff"]
OTHER_TYPES = [
    ("/v1/eligibility", {"region": "济宁市", "new_hires": False}),
    ("/v1/eligibility", {"region": "济宁市", "new_hires": "1"}),
    ("/v1/eligibility", {"region": "济宁市", "married": "true"}),
    ("/v1/eligibility", {"region": "济宁市", "married": 1}),
    ("/v1/quotes", {"region": "济宁市", "amount_yuan": True, "term_months": 12}),
    ("/v1/quotes", {"region": "济宁市", "amount_yuan": 1000, "term_months": "12"}),
    ("/v1/messages", {"conversation_id": "a", "location": {"lat": "35", "lon": 116}}),
    ("/v1/messages", {"conversation_id": "a", "location": {"lat": True, "lon": 116}}),
    ("/v1/answers/a/feedback", {"is_helpful": "yes"}),
    ("/v1/answers/a/feedback", {"is_helpful": 1}),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_json_keeps_its_types_and_is_read_one_way(attacker):
    answered = {}
    for body in NO_QUESTION:
        headers = {"content-type": "application/json"}
        answered[body] = await attacker.post("/v1/answers", content=body, headers=headers)
    for media_type in NO_JSON:
        headers = {b"content-type": media_type.encode("latin-1")}
        body = b'{"question": "a"}'
        answered[media_type] = await attacker.post("/v1/answers", content=body, headers=headers)
    for path, given in OTHER_TYPES:
        answered[f"{path} {given}"] = await attacker.post(path, json=given)

    taken = {
        name: answer.text
        for name, answer in answered.items()
        if (answer.status_code, answer.json().get("code")) != (422, "invalid_request")
    }
    assert taken == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_answer_of_a_form_keeps_its_type(attacker):
    form = (await attacker.get("/v1/forms/personal")).json()
    consent = {"answers": {"consent": True}, "consent_version": form["consent_version"]}
    await attacker.patch(attacker.draft, json=consent)
    odd = {
        ("name", True): "not_a_name",
        ("phone", 13800000000): "not_a_phone",
        ("started_on", 0): "not_a_date",
        ("started_on", "0001-01-01"): "not_a_date",
    }

    answers = {
        (field, value): await attacker.patch(attacker.draft, json={"answers": {field: value}})
        for field, value in odd
    }

    told = {given: answer.json()["issues"][0]["code"] for given, answer in answers.items()}
    assert told == odd


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_name_of_a_file_is_only_a_name(attacker):
    failed = {}
    for name in ("a\0b.md", "../../a.md", "／／a.md", "a\ud800.md", ".md", "a\nb.md"):
        given = name.encode("utf-8", "surrogatepass")
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="' + given
        answer = await attacker.post(
            "/v1/staff/ingestions",
            content=head + b'"\r\n\r\n#\r\n--x--',
            headers={"content-type": "multipart/form-data; boundary=x"},
        )
        if answer.status_code not in (202, 400, 422):
            failed[name] = answer.text
    for _ in range(600):
        read = (await attacker.get("/v1/staff/ingestions")).json()
        if all(one["state"] in ("done", "set_aside") for one in read):
            break
        await asyncio.sleep(0.1)

    assert failed == {}
    assert {one["name"] for one in read} >= {"ab.md", "a.md"}
