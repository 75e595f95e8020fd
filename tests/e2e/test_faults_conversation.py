"""The conversation while its state cannot be kept: questions go on, forms lose nothing."""

import pytest
from sqlalchemy import text

from api.contract.answers import Question
from api.errors import DatabaseUnreachableError, DiskFullError
from api.questions.log import QuestionLog
from knowledge.kit.clock import utc_now
from tests.e2e.person import ANSWERS, Person

QUESTION = "山东个人最多能贷多少"


@pytest.fixture
def person(client) -> Person:
    return Person(client, "a-person-nobody-can-guess")


@pytest.fixture
def fails(house, monkeypatch):
    """Lets the keeping of conversations fail so many times."""

    def fail(times: int, error: Exception) -> None:
        store, left = house.state.conversations, [times]
        put = store.put

        async def put_or_fail(*arguments):
            if left[0]:
                left[0] -= 1
                raise error
            return await put(*arguments)

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

    said = {"conversation_id": "a-person-nobody-can-guess", "channel": "web", "text": "同意"}
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
        "conversation_id": "a-person-nobody-can-guess",
        "channel": "web",
        "text": "提交",
        "event_id": "7",
    }
    lost = await client.post("/v1/messages", json=said)
    told = await person.say("提交", event_id="7")
    again = await person.say("提交", event_id="7")

    async with house.state.database.reading() as session:
        rows = await session.scalars(text("SELECT receipt FROM applications"))
        receipts = [receipt for receipt in rows if receipt]
    assert lost.status_code == 503
    assert len(receipts) == 1
    assert receipts[0] in told
    assert again == told


async def test_the_newest_questions_are_kept_while_the_database_is_away(house, monkeypatch):
    monkeypatch.setattr("api.questions.log.MOST_WAITING", 3)
    database = house.state.database
    questions = QuestionLog(database, utc_now)
    answer = house.state.knowledge.assistant.answer(Question(question=QUESTION))

    def note(*texts: str) -> None:
        for text_ in texts:
            known = answer.model_copy(update={"id": f"id-{text_}"})
            questions.note(Question(question=text_), known)

    with monkeypatch.context() as away:
        away.setattr(database, "writing", _away)
        for texts in ("ab", "cd", "e"):
            note(*texts)
            with pytest.raises(DatabaseUnreachableError):
                await questions.write()
    await questions.write()

    async with database.reading() as session:
        kept = (await session.scalars(text("SELECT text FROM questions ORDER BY text"))).all()
    assert kept == ["c", "d", "e"]


def _away():
    raise DatabaseUnreachableError("away")
