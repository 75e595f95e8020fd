"""The conversation while its state cannot be kept: questions go on, forms lose nothing."""

import pytest
from sqlalchemy import text

from api.conversations.routes import ConversationStore
from api.db.engine import Database
from api.errors import DatabaseUnreachableError, DiskFullError
from api.services import part_of
from tests.e2e.person import ANSWERS, Person

QUESTION = "山东个人最多能贷多少"


@pytest.fixture
def person(client) -> Person:
    return Person(client)


@pytest.fixture
def fails(house, monkeypatch):
    """Lets the keeping of conversations fail so many times."""

    def fail(times: int, error: Exception) -> None:
        store, left = part_of(house, ConversationStore), [times]
        put = store.put

        async def put_or_fail(*arguments, **options):
            if left[0]:
                left[0] -= 1
                raise error
            return await put(*arguments, **options)

        monkeypatch.setattr(store, "put", put_or_fail)

    return fail


async def test_a_question_is_answered_though_nothing_can_be_kept(person, fails):
    fails(1, DiskFullError("full"))

    shown = await person.say(QUESTION)

    assert "30万元" in shown
    assert "存不了对话" in shown


async def test_an_answer_to_the_form_is_not_taken_for_given_when_its_place_was_not_kept(
    person, client, fails
):
    await person.say("我要申请")
    fails(1, DiskFullError("full"))

    said = {"conversation_id": person.conversation_id, "channel": "http", "text": "同意"}
    refused = await client.post("/v1/messages", json=said)
    await person.say("同意")

    assert refused.status_code == 507
    assert refused.json()["code"] == "disk_full"
    assert person.field == "region"


async def test_a_receipt_that_was_lost_on_its_way_is_told_again(person, client, house, fails):
    await person.say("我要申请")
    await person.fill(ANSWERS)
    fails(1, DatabaseUnreachableError("gone after the application was handed in"))

    said = {
        "conversation_id": person.conversation_id,
        "channel": "http",
        "text": "提交",
        "event_id": "7",
    }
    lost = await client.post("/v1/messages", json=said)
    told = await person.say("提交", event_id="7")
    again = await person.say("提交", event_id="7")

    async with part_of(house, Database).reading() as session:
        rows = await session.scalars(text("SELECT receipt FROM applications"))
        receipts = [receipt for receipt in rows if receipt]
    assert lost.status_code == 503
    assert len(receipts) == 1
    assert receipts[0] in told
    assert again == told
