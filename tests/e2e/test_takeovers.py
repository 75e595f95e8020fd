"""Nobody gets into what belongs to somebody else, over HTTP and against the whole application."""

import json
from dataclasses import replace

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from api.applications.service import ApplicationService
from api.contract.applications import ApplicationStatus
from api.conversations.routes import ConversationStore
from api.db.engine import Database
from api.questions.log import QuestionLog
from api.services import part_of
from bot.all_in_one import create_web
from bot.channels.telegram.handlers import conversation_name
from bot.dialogue.engine import DialogueEngine
from bot.dialogue.events import Said, Tapped
from bot.settings import BotSettings
from tests.e2e.person import ANSWERS, Person

from .conftest import app_settings

CHAT = 77
MADE_UP = [
    f"/../telegram:{CHAT}",
    f"../telegram:{CHAT}",
    f"telegram:{CHAT}",
    f"http:web:/../../telegram:{CHAT}",
    f"..%2ftelegram:{CHAT}",
    f"%2e%2e/telegram:{CHAT}",
    "a-name-of-my-own?one",
    "a-name-of-my-own#two",
    "A" * 48,
    "",
]


@pytest.fixture
async def victim(house):
    """Somebody on Telegram who fills in the form; gives the words that were shown last."""

    async def say(text: str) -> str:
        replies = await part_of(house, DialogueEngine).handle(conversation_name(CHAT), Said(text))
        return "\n".join(reply.text for reply in replies)

    await say("我要申请")
    await say("同意")
    await say("济宁市任城区")
    return say


async def application_of(house, name: str) -> str:
    state = (await part_of(house, ConversationStore).get(name)).state
    return str(state["application_id"])


async def test_no_id_that_one_makes_up_opens_a_conversation(client, house, victim):
    before = await part_of(house, ConversationStore).get(f"telegram:{CHAT}")

    for conversation_id in MADE_UP:
        for said in ({"text": "核对"}, {"text": "确定取消"}, {"choice": "submit"}):
            body = {"conversation_id": conversation_id, "channel": "web", **said}
            response = await client.post("/v1/messages", json=body)
            assert response.status_code == 422, conversation_id
            assert response.headers["content-type"] == "application/problem+json"

    assert await part_of(house, ConversationStore).get(f"telegram:{CHAT}") == before
    assert "人员" in await victim("继续")


async def test_a_request_cannot_call_itself_one_of_our_channels(client):
    for channel in ("telegram", "console", "wechat", "telegram:77", "../telegram"):
        response = await client.post("/v1/messages", json={"channel": channel, "text": "你好"})
        assert response.status_code == 422, channel


async def test_the_label_of_a_request_is_not_the_channel_of_what_it_begins(client, house):
    person = Person(client)
    await person.say("我要申请", channel="web")

    state = await part_of(house, ConversationStore).get(f"http:{person.conversation_id}")
    async with part_of(house, Database).engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT id, channel FROM applications")).all()

    assert rows == [(state.state["application_id"], "http")]


async def test_an_id_from_us_with_one_sign_changed_is_not_one_from_us(client):
    person = Person(client)
    await person.say("我要申请")
    given_out = str(person.conversation_id)

    for place in (0, 23, 24, 47):
        other = "B" if given_out[place] == "A" else "A"
        forged = f"{given_out[:place]}{other}{given_out[place + 1 :]}"
        body = {"conversation_id": forged, "text": "核对"}
        response = await client.post("/v1/messages", json=body)
        assert (response.status_code, response.json()["code"]) == (422, "unknown_conversation")


async def test_everybody_who_brings_no_id_has_a_conversation_of_their_own(client):
    one, other = Person(client), Person(client)
    await one.say("我要申请")
    await one.say("同意")
    greeted = await other.say("继续")

    assert one.field == "region"
    assert "没有正在填的申请" in greeted
    assert one.conversation_id != other.conversation_id


async def test_a_web_process_knows_the_ids_that_another_gave_out(client, house, tmp_path):
    person = Person(client)
    await person.say("我要申请")
    known = {"conversation_id": person.conversation_id, "text": "核对"}
    nobody = replace(app_settings(tmp_path), bot=BotSettings(api_url="http://127.0.0.1:9"))
    transport = httpx.ASGITransport(app=create_web(nobody), raise_app_exceptions=False)

    async with httpx.AsyncClient(transport=transport, base_url="http://test") as elsewhere:
        forged = {**known, "conversation_id": "A" * 48}
        refused = await elsewhere.post("/v1/messages", json=forged)
        accepted = await elsewhere.post("/v1/messages", json=known)

    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_conversation")
    assert (accepted.status_code, accepted.json()["code"]) == (503, "api_unreachable")


async def test_no_button_that_one_makes_up_touches_an_application(client, house, victim):
    application_id = await application_of(house, f"telegram:{CHAT}")
    for made_up in (
        "helped:../applications/{id}/withdrawal?",
        "unhelpful:../applications/{id}/withdrawal?",
        "helped:{id}",
        "choose:../../applications/{id}",
        "cancel-yes",
        "000000.cancel-yes",
        "branch:../applications/{id}",
    ):
        choice = made_up.format(id=application_id)
        await client.post("/v1/messages", json={"choice": choice})
        # What a client of one's own may send as the data of a button on Telegram.
        replies = await part_of(house, DialogueEngine).handle(
            conversation_name(666), Tapped(choice)
        )
        assert "之前那一步" in replies[0].text

    view = await part_of(house, ApplicationService).view(application_id)
    assert view.status is ApplicationStatus.DRAFT
    assert [event.kind for event in view.events] == ["open", "change", "change"]


async def test_only_answers_of_ones_own_conversation_can_be_rated(client, house):
    asker, stranger = Person(client), Person(client)
    await asker.say("山东个人最多能贷多少")
    await stranger.say("你好")

    refused = await stranger.say(choice=asker.button("没帮助"))
    groups = await part_of(house, QuestionLog).groups()
    await asker.press("没帮助")

    assert "之前那一步" in refused
    assert groups == []
    assert [group.unhelpful for group in await part_of(house, QuestionLog).groups()] == [1]


async def test_what_a_draft_came_through_is_not_for_everybody_to_say(client, house):
    created = await client.post("/v1/applications", json={"channel": "telegram"})
    async with part_of(house, Database).engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT channel FROM applications")).all()

    assert created.status_code == 201
    assert rows == [("api",)]


ANY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXTS = st.text(max_size=80) | st.sampled_from(MADE_UP) | st.from_regex(r"[A-Za-z0-9_-]{48}")


@ANY
@given(text=TEXTS)
async def test_any_text_as_the_id_of_a_conversation_is_refused(client, text):
    body = {"conversation_id": text, "channel": "web", "text": "核对"}
    # Escaped, so that half characters get there too.
    response = await client.post(
        "/v1/messages", content=json.dumps(body), headers={"content-type": "application/json"}
    )

    assert response.status_code == 422


@ANY
@given(text=TEXTS | st.from_regex(r"([0-9a-f]{6}\.)?(pick|edit|choose|place|helped):[a-z0-9_]*"))
@example(text="submit")
@example(text="cancel-yes")
async def test_any_text_as_a_button_changes_nothing(client, house, text):
    person = Person(client)
    await person.say("我要申请")
    application_id = await application_of(house, f"http:{person.conversation_id}")
    body = {"conversation_id": person.conversation_id, "choice": text}
    response = await client.post(
        "/v1/messages", content=json.dumps(body), headers={"content-type": "application/json"}
    )

    assert response.status_code in (200, 422)
    view = await part_of(house, ApplicationService).view(application_id)
    assert (view.status, view.answers) == (ApplicationStatus.DRAFT, {})


ROUTES = [
    ("GET", "/v1/applications/{}"),
    ("PATCH", "/v1/applications/{}"),
    ("POST", "/v1/applications/{}/withdrawal"),
    ("POST", "/v1/applications/{}/submission"),
    ("POST", "/v1/handovers/{}"),
    ("POST", "/v1/answers/{}/feedback"),
    ("GET", "/v1/branches/{}"),
    ("GET", "/v1/branches/{}/changes"),
    ("GET", "/v1/conversations/{}"),
    ("PUT", "/v1/conversations/{}"),
    ("GET", "/v1/documents/{}"),
    ("GET", "/v1/documents/caijin-2023-75/clauses/{}"),
    ("GET", "/v1/forms/{}"),
    ("GET", "/v1/staff/documents/{}"),
    ("PUT", "/v1/staff/faq/{}"),
    ("POST", "/v1/staff/unanswered/{}/dismissal"),
]


@ANY
@given(text=TEXTS, route=st.sampled_from(ROUTES))
async def test_any_text_in_a_path_is_refused_kindly(client, house, text, route):
    method, pattern = route
    raw = "".join(f"%{byte:02X}" for byte in text.encode("utf-8", "surrogatepass"))
    for token in ({}, {"Authorization": f"Bearer {house.state.service_token}"}):
        response = await client.request(method, pattern.format(raw), json={}, headers=token)
        assert response.status_code < 500, response.text


async def test_an_application_handed_in_is_told_again_and_not_handed_in_again(client, house):
    person = Person(client)
    await person.say("我要申请")
    await person.fill(ANSWERS)
    first = await person.press("submit")
    again = await person.press("submit")
    application_id = await application_of(house, f"http:{person.conversation_id}")
    view = await part_of(house, ApplicationService).view(application_id)

    assert str(view.receipt) in first
    assert str(view.receipt) in again
    assert [event.kind for event in view.events].count("submit") == 1
