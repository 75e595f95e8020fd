"""When there is too much to do: who is told so, and what goes on all the same."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from api.services import part_of
from api.settings import ApiSettings
from api.work import LONG_TEXT, WorkPool
from bot.all_in_one import create_app
from knowledge.answering.models import Question
from knowledge.app import Knowledge
from tests.e2e.conftest import app_settings
from tests.e2e.person import ANSWERS, Person

QUESTION = {"question": "山东个人最多能贷多少"}


@pytest.fixture
async def house(tmp_path) -> AsyncIterator[FastAPI]:
    """A house with one thread for each kind of heavy work, for which one piece may wait."""
    small = ApiSettings(data_dir=tmp_path, work_threads=1, work_waiting=1)
    settings = replace(app_settings(tmp_path), api=small)
    app = create_app(settings, with_web=False, with_telegram=False)
    part_of(app, Knowledge).assistant.answer(Question(question="但保"))  # what is loaded late
    async with app.router.lifespan_context(app):
        yield app


@asynccontextmanager
async def too_much_to_do(house: FastAPI, *, waiting: bool = True) -> AsyncIterator[None]:
    """The one thread of each kind is busy, and the places before them are taken."""
    pool = part_of(house, WorkPool)
    is_over = threading.Event()

    def keep_busy() -> None:
        is_over.wait(30)

    busy = [asyncio.create_task(run(keep_busy)) for run in (pool.run_behind, pool.run)]
    await asyncio.sleep(0.05)
    if waiting:
        for size in (0, LONG_TEXT + 1):
            busy.append(asyncio.create_task(pool.run(lambda: None, size=size)))
    await asyncio.sleep(0.05)
    try:
        yield
    finally:
        is_over.set()
        await asyncio.gather(*busy, return_exceptions=True)  # some outlast their time


def is_kindly_refused(response: httpx.Response) -> bool:
    body = response.json()
    return (
        response.status_code == 503
        and response.headers["content-type"] == "application/problem+json"
        and int(response.headers["retry-after"]) > 0
        and body["code"] == "overloaded"
        and "再发一次" in body["detail"]
    )


@pytest.mark.parametrize(
    ("method", "path", "content"),
    [
        ("POST", "/v1/answers", {"json": QUESTION}),
        ("POST", "/v1/answers", {"json": {"question": "贷" * 2000}}),
        (
            "POST",
            "/v1/answers",
            {"json": QUESTION, "headers": {"Accept": "text/event-stream"}},
        ),
        ("GET", "/v1/clauses", {"params": {"q": "展期 贴息"}}),
        ("GET", "/v1/branches/nearest", {"params": {"place": "任城区"}}),
        ("GET", "/v1/branches/search", {"params": {"q": "任城"}}),
        ("GET", "/v1/branches/coverage", {"params": {"region": "370800"}}),
    ],
    ids=["question", "long", "streamed", "clauses", "nearest", "search", "coverage"],
)
async def test_heavy_work_is_refused_with_when_to_ask_again(house, client, method, path, content):
    async with too_much_to_do(house):
        refused = await client.request(method, path, **content)
    afterwards = await client.request(method, path, **content)

    assert is_kindly_refused(refused)
    assert afterwards.status_code == 200


async def test_a_text_that_is_too_long_is_refused_kindly(client):
    answered = await client.post("/v1/answers", json={"question": "贷" * 2001})
    person = Person(client)

    assert answered.status_code == 422
    assert answered.json()["issues"][0]["message"] == "太长了，请写短一些"
    assert "分几次" in await person.say("贷" * 10_000)


async def test_what_waits_longer_than_its_time_is_refused_too(house, client):
    part_of(house, WorkPool)._budget_s = 0.2
    async with too_much_to_do(house, waiting=False):
        assert is_kindly_refused(await client.post("/v1/answers", json=QUESTION))


async def test_health_drafts_status_and_verdicts_go_on(house, client):
    token = {"Authorization": f"Bearer {house.state.service_token}"}
    fact = {"answers": {"region": "370811"}, "consent_version": None}
    async with too_much_to_do(house):
        alive, ready = await client.get("/healthz"), await client.get("/readyz")
        draft = await client.post("/v1/applications", json={"form": "personal"}, headers=token)
        path = f"/v1/applications/{draft.json()['id']}"
        form = await client.get("/v1/forms/personal")
        changed = await client.patch(
            path,
            json={**fact, "consent_version": form.json()["consent_version"]},
            headers=token,
        )
        status = await client.get(path, headers=token)
        verdict = await client.post("/v1/eligibility", json={"region": "370811"})
        figures = await client.get("/metrics")

    assert (alive.status_code, ready.status_code) == (200, 200)
    assert (draft.status_code, changed.status_code, status.status_code) == (201, 200, 200)
    assert status.json()["answers"]["region"] == "370811"
    assert verdict.status_code == 200
    assert 'chuangdai_work_waiting{lane="short"} 1.0' in figures.text


async def test_in_the_chat_it_is_said_and_the_question_asked_back_still_stands(house, client):
    person = Person(client)
    await person.say("个人最多能贷多少钱")
    async with too_much_to_do(house):
        refused = await person.say("四川")
    answered = await person.say("四川")

    assert "再发一次" in refused
    assert "50万元" in answered


async def test_a_form_goes_on_while_questions_are_refused(house, client):
    person = Person(client)
    await person.say("我要申请")
    await person.say("同意")
    async with too_much_to_do(house):
        refused = await person.say("个人最多能贷多少？")
        field = person.field
        review = await person.fill(ANSWERS)
        done = await person.say("提交")
    answered = await person.say("山东个人最多能贷多少？")

    assert "再发一次" in refused
    assert field == "region"
    assert "138****0001" in review
    assert "受理编号：CD" in done
    assert "30万元" in answered


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/answers", b'{"question": "\xe8\xb4\xb7\xe6\xac\xbe"}'),
        (
            "/v1/messages",
            b'{"text": "\xe8\xb4\xb7\xe6\xac\xbe"}',
        ),
    ],
)
async def test_no_work_is_begun_for_one_who_hung_up(house, client, path, body, monkeypatch):
    asked = []
    answer = part_of(house, Knowledge).assistant.answer
    monkeypatch.setattr(
        part_of(house, Knowledge).assistant,
        "answer",
        lambda q: asked.append(q) or answer(q),
    )
    async with too_much_to_do(house, waiting=False):
        hangs_up = asyncio.Event()
        request = asyncio.create_task(send_and_wait(house, path, body, hangs_up))
        waiting = await until_one_waits(part_of(house, WorkPool))
        hangs_up.set()
        await asyncio.sleep(0.05)
    await request

    assert waiting == 1
    assert asked == []


async def until_one_waits(pool: WorkPool) -> int:
    """How much waits, once something does; on a busy machine a request takes its time."""
    for _ in range(200):
        if waiting := sum(map(len, pool._waiting.values())):
            return waiting
        await asyncio.sleep(0.05)
    return 0


async def send_and_wait(app: FastAPI, path: str, body: bytes, hangs_up: asyncio.Event) -> None:
    """A request whose sender hangs up, as a server hands it to the application."""
    messages = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> dict:
        if messages:
            return messages.pop()
        await hangs_up.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict) -> None:
        """Nobody listens."""

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"content-type", b"application/json"), (b"host", b"test")],
        "client": ("127.0.0.1", 1),
        "server": ("test", 80),
        "state": {},
    }
    await app(scope, receive, send)
