"""Limits that hold for all processes, on SQLite and PostgreSQL."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import func, select, update

from api.app import create_api
from api.applications.tables import ApplicationRow
from api.auth.callers import CALLER_HEADER
from api.db.engine import Database
from api.error_handlers import STATUS, problem
from api.limit_settings import Rate
from api.limits.tables import TallyRow
from api.services import part_of
from api.settings import ApiSettings
from bot.all_in_one import create_web
from bot.settings import BotSettings
from knowledge.kit.clock import utc_now
from tests.e2e.conftest import app_settings
from tests.factories import personal_answers

ADDRESS = "203.0.113.7"
PDF = b"%PDF-1.7 " + b"x" * 1000


class House:
    """Processes on one database, and people at addresses who talk to them."""

    def __init__(self, stack: AsyncExitStack, settings: ApiSettings) -> None:
        self._stack, self._settings = stack, settings
        self.later = timedelta(0)

    async def process(self, **limits: object):
        given = ApiSettings.model_validate(limits)
        changes = {name: getattr(given, name) for name in limits}
        settings = self._settings.model_copy(update=changes)
        app = create_api(settings, documents={}, now=lambda: utc_now() + self.later)
        await self._stack.enter_async_context(app.router.lifespan_context(app))
        return app

    async def person(self, app, address=ADDRESS, *, named=None):
        """Somebody at an address; ``named`` is who a channel speaks for."""
        headers = {}
        if named is not None:
            token = app.state.service_token
            headers = {"Authorization": f"Bearer {token}", CALLER_HEADER: named}
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False, client=(address, 1)),
            base_url="http://test",
            headers=headers,
        )
        return await self._stack.enter_async_context(client)


@pytest.fixture
async def house(settings):
    async with AsyncExitStack() as stack:
        yield House(stack, settings)


async def hand_in(client, serial=1) -> str:
    draft = (await client.post("/v1/applications", json={"form": "personal"})).json()
    headers = {"Authorization": f"Bearer {draft['token']}", CALLER_HEADER: ""}
    path = f"/v1/applications/{draft['id']}"
    body = {"answers": personal_answers(serial), "consent_version": "2026-12"}
    await client.patch(path, json=body, headers=headers)
    key = {"Idempotency-Key": "k"}
    return (await client.post(f"{path}/submission", headers={**headers, **key})).json()["receipt"]


def look_up(client, receipt, last4):
    params = {"receipt": receipt, "phone_last4": last4}
    return client.get("/v1/applications/by-receipt", params=params)


async def test_a_receipt_tried_from_many_conversations_is_shut_for_a_while(house):
    app = await house.process()
    receipt = await hand_in(await house.person(app))
    people = [await house.person(app, named=f"telegram:{n:032d}") for n in range(12)]

    wrong = [await look_up(one, receipt, f"{n + 5000}") for n, one in enumerate(people[:10])]
    shut = await look_up(people[10], receipt, "0001")
    house.later = timedelta(hours=3)
    open_again = await look_up(people[11], receipt, "0001")

    assert {answer.status_code for answer in wrong} == {404}
    assert (shut.status_code, shut.json()["code"]) == (429, "too_many_look_ups")
    assert 0 < int(shut.headers["retry-after"]) <= 3 * 3600
    assert "小时" in shut.json()["detail"]
    assert open_again.status_code == 200


async def test_one_caller_cannot_go_through_the_receipts(house):
    app = await house.process()
    receipts = [await hand_in(await house.person(app), serial) for serial in range(1, 8)]
    thief = await house.person(app, named="address:00000000")
    other = await house.person(app, named="address:11111111")

    tried = [await look_up(thief, one, f"{n:04d}") for one in receipts for n in (9000, 9001, 9002)]
    refused = [answer.status_code for answer in tried]
    untouched = await look_up(other, receipts[6], "0007")

    assert refused == [404] * 20 + [429]
    assert untouched.status_code == 200


async def test_several_processes_count_together_and_a_restart_forgets_nothing(house):
    apps = [await house.process() for _ in range(2)]
    receipt = await hand_in(await house.person(apps[0]))
    people = [
        await house.person(app, named=f"telegram:{n}{i:031d}")
        for n, app in enumerate(apps)
        for i in range(10)
    ]

    answers = await asyncio.gather(
        *(look_up(one, receipt, f"{n + 5000}") for n, one in enumerate(people))
    )
    anew = await house.process()
    after = await look_up(await house.person(anew, named="web:00000000"), receipt, "0001")

    assert sorted(answer.status_code for answer in answers) == [404] * 10 + [429] * 10
    assert after.status_code == 429


async def test_looking_up_what_is_ones_own_is_not_counted(house):
    app = await house.process()
    receipt = await hand_in(await house.person(app))
    owner = await house.person(app, named="address:00000000")

    answers = [await look_up(owner, receipt, "0001") for _ in range(30)]

    assert {answer.status_code for answer in answers} == {200}


async def test_a_receipt_of_nobody_and_a_wrong_phone_are_answered_alike(house):
    app = await house.process()
    receipt = await hand_in(await house.person(app))
    one, other = [await house.person(app, named=f"telegram:0000000{n}") for n in range(2)]

    wrong = await look_up(one, receipt, "9999")
    nobody = await look_up(other, "CD20261123-000123-1", "9999")
    again = [await look_up(other, "CD20261123-000123-1", "9999") for _ in range(10)]

    assert (wrong.status_code, wrong.text) == (nobody.status_code, nobody.text)
    assert again[-1].json()["code"] == "too_many_look_ups"


async def test_receipts_given_out_before_are_still_found(house, database_url):
    app = await house.process()
    receipt = await hand_in(await house.person(app))
    async with part_of(app, Database).writing() as session:
        change = update(ApplicationRow).where(ApplicationRow.receipt == receipt)
        await session.execute(change.values(receipt="CD20261123-000123-1"))

    found = await look_up(
        await house.person(app, named="web:00000000"), "cd202611230001231", "0001"
    )

    assert found.status_code == 200


async def test_a_number_that_is_taken_is_drawn_again(house, monkeypatch):
    app = await house.process()
    draws = iter([11111, 22222, 11111, 22222, 33333, 44444])
    monkeypatch.setattr("api.contract.receipts.secrets.randbelow", lambda most: next(draws))

    first = await hand_in(await house.person(app), 1)
    second = await hand_in(await house.person(app), 2)

    assert "-11111-22222-" in first
    assert "-33333-44444-" in second


async def test_codes_cannot_be_tried_without_end(house):
    app = await house.process(guesses_in_all="30/hour")
    thieves = [await house.person(app, named=f"telegram:0000000{n}") for n in range(2)]

    async def tries(client, count):
        codes = [f"ABCDE-{n:05d}" for n in range(count)]
        return [(await client.post(f"/v1/handovers/{code}")).status_code for code in codes]

    one, other = await tries(thieves[0], 25), await tries(thieves[1], 25)
    last = await thieves[1].post("/v1/handovers/ABCDE-FGHJK")

    assert one == [404] * 20 + [429] * 5
    assert other == [404] * 10 + [429] * 15
    assert last.json()["code"] == "too_many_codes"


async def test_a_code_has_more_than_ten_to_the_fourteen_forms(house):
    app = await house.process()
    channel = await house.person(app, named="web:00000000")
    draft = (await channel.post("/v1/applications", json={})).json()

    codes = [
        (await channel.post(f"/v1/applications/{draft['id']}/handover")).json()["code"]
        for _ in range(40)
    ]
    taken = await channel.post(f"/v1/handovers/{codes[-1]}")

    characters = set("".join(codes)) - {"-"}
    assert len(set(codes)) == 40
    assert len(characters) ** (len(codes[0]) - 1) > 10**14
    assert taken.status_code == 200


async def test_a_flood_of_drafts_ends_and_leaves_others_alone(house):
    app = await house.process(drafts_per_caller="5/day", rate_limit="1000/minute")
    flood = [await house.person(app, f"2001:db8:1:2::{n:x}") for n in range(1, 20)]
    claimed = await house.person(app, "2001:db8:1:2::ffff")
    other = await house.person(app, "2001:db8:1:3::1")

    answers = [await one.post("/v1/applications", json={}) for one in flood]
    named = await claimed.post("/v1/applications", json={}, headers={CALLER_HEADER: "web:12345678"})
    beside = await other.post("/v1/applications", json={})

    assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 14
    assert answers[-1].json()["code"] == "too_many_drafts"
    assert "小时" in answers[-1].json()["detail"]
    assert named.status_code == 429
    assert beside.status_code == 201


async def test_all_together_may_begin_so_many_drafts(house):
    app = await house.process(drafts_in_all="5/day")
    people = [await house.person(app, f"203.0.113.{n}") for n in range(8)]

    answers = [await one.post("/v1/applications", json={}) for one in people]

    assert [answer.status_code for answer in answers] == [201] * 5 + [429] * 3


async def test_conversations_begun_are_counted_and_those_that_go_on_are_not(house):
    app = await house.process(conversations_per_caller="3/hour")
    one = await house.person(app, named="address:00000000")

    async def say(name, version):
        body = {"version": version, "state": {}}
        return (await one.put(f"/v1/conversations/web:{name}", json=body)).status_code

    begun = [await say(f"{n:032d}", 0) for n in range(4)]
    gone_on = [await say(f"{0:032d}", version) for version in range(1, 10)]

    assert begun == [200, 200, 200, 429]
    assert set(gone_on) == {200}


async def open_draft(client):
    draft = (await client.post("/v1/applications", json={})).json()
    headers = {"Authorization": f"Bearer {draft['token']}"}

    async def attach(content=PDF):
        path = f"/v1/applications/{draft['id']}/attachments"
        return await client.post(path, content=content, headers=headers)

    return attach


@pytest.mark.parametrize(
    ("limit", "code", "status"),
    [
        ({"attachments_per_application": 3}, "attachments_full", 422),
        ({"attachment_bytes_per_application": 3500}, "attachments_full", 422),
        ({"attachment_bytes_in_all": 3500}, "attachments_disk_full", 507),
        ({"upload_bytes_per_caller": "3500/day"}, "too_many_uploads", 429),
    ],
)
async def test_attachments_have_limits_and_say_so(house, limit, code, status, settings):
    attach = await open_draft(await house.person(await house.process(**limit)))

    # Each of its own: the same file again is the one that is there.
    taken = [(await attach(PDF[:-1] + bytes([n]))).status_code for n in range(3)]
    refused = await attach(PDF[:-1] + b"z")

    assert taken == [201, 201, 201]
    assert (refused.status_code, refused.json()["code"]) == (status, code)
    assert len(list((settings.data_dir / "attachments").iterdir())) == 3


async def test_a_file_too_large_is_told_the_limit_that_is_set(house):
    attach = await open_draft(await house.person(await house.process(max_attachment_bytes=500)))

    refused = await attach()

    assert refused.json()["code"] == "attachment_refused"
    assert "0.5 KB" in refused.json()["detail"]


async def test_what_is_free_again_is_forgotten(house, monkeypatch):
    monkeypatch.setattr("api.limits.tally.CLEAN_EVERY", 10)
    app = await house.process()
    for n in range(10):
        await (await house.person(app, f"203.0.113.{n}")).post("/v1/applications", json={})
    house.later = timedelta(days=2)
    for _ in range(10):
        await (await house.person(app)).post("/v1/applications", json={})

    async with part_of(app, Database).reading() as session:
        kept = await session.scalar(select(func.count()).select_from(TallyRow))

    assert kept == 2


async def test_who_asks_too_often_is_told_when_to_ask_again(house):
    app = await house.process(rate_limit="3/minute")
    one, other = await house.person(app), await house.person(app, "203.0.113.8")

    answers = [await one.get("/v1/forms") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 20
    assert answers[-1].json()["retry_after_s"] == int(answers[-1].headers["retry-after"])
    assert (await other.get("/v1/forms")).status_code == 200
    assert (await one.get("/healthz")).status_code == 200


async def test_people_a_channel_speaks_for_are_counted_one_by_one(house):
    app = await house.process(rate_limit="1/minute", rate_limit_on_behalf="3/minute")
    people = [await house.person(app, named=f"telegram:0000000{n}") for n in range(2)]

    flood = [(await people[0].get("/v1/forms")).status_code for _ in range(4)]
    beside = [(await people[1].get("/v1/forms")).status_code for _ in range(3)]

    assert flood == [200, 200, 200, 429]
    assert beside == [200, 200, 200]


@pytest.mark.parametrize("code", [code for code, status in STATUS.items() if status in (429, 503)])
def test_every_problem_that_asks_to_wait_says_for_how_long(code):
    assert int(problem(code).headers["retry-after"]) > 0


async def test_a_body_without_a_length_is_refused_where_it_becomes_too_large(house, caplog):
    app = await house.process(max_body_bytes=100_000)
    one = await house.person(app)
    attach = await open_draft(one)

    async def endless():
        for _ in range(200):
            yield PDF

    for answer in (await attach(endless()), await one.post("/v1/applications", content=endless())):
        assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
        assert "100 KB" in answer.json()["detail"]
    assert "incident" not in caplog.text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "is_believed"),
    [
        ((), "198.51.100.{n}", False),
        (("203.0.113.0/24",), "198.51.100.{n}", True),
        (("203.0.113.0/24",), "198.51.100.{n}, 198.51.100.1", False),
        (("203.0.113.0/24",), "198.51.100.{n}, 203.0.113.99", True),
        (("192.0.2.0/24",), "198.51.100.{n}", False),
    ],
)
async def test_a_forwarded_address_is_taken_from_the_right_and_from_those_trusted(
    house, proxies, forwarded, is_believed
):
    app = await house.process(rate_limit="2/minute", trusted_proxies=proxies)
    proxy = await house.person(app)

    answers = [
        await proxy.get("/v1/forms", headers={"X-Forwarded-For": forwarded.format(n=n)})
        for n in range(2, 8)
    ]

    assert [a.status_code for a in answers] == ([200] * 6 if is_believed else [200] * 2 + [429] * 4)


async def test_a_proxy_on_this_machine_does_not_make_everybody_local(house):
    app = await house.process(rate_limit="2/minute", trusted_proxies="127.0.0.1, ::1")
    proxy = await house.person(app, "127.0.0.1")

    foreign = [
        (await proxy.get("/v1/forms", headers={"X-Forwarded-For": ADDRESS})).status_code
        for _ in range(3)
    ]
    own = [(await proxy.get("/v1/forms")).status_code for _ in range(10)]

    assert foreign == [200, 200, 429]
    assert set(own) == {200}


async def test_a_proxy_that_nobody_named_is_warned_of_once(house, caplog):
    app = await house.process()
    proxy = await house.person(app, "127.0.0.1")

    for _ in range(3):
        await proxy.get("/v1/forms", headers={"X-Forwarded-For": ADDRESS})

    assert caplog.text.count("CHUANGDAI_TRUSTED_PROXIES") == 1


async def test_the_pages_alone_are_limited_too(tmp_path):
    settings = app_settings(tmp_path)
    api = settings.api.model_copy(update={"rate_limit": Rate(2, 60)})
    bot = BotSettings(api_url="http://127.0.0.1:9")
    app = create_web(replace(settings, api=api, bot=bot))

    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, client=(ADDRESS, 1)), base_url="http://test"
    ) as client:
        answers = [await client.post("/v1/messages", json={}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [422, 422, 429]
