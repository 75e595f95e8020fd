"""A model reads unsure messages again: what keeps to the rules settles them, all else not."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import httpx
import pytest

from bot.all_in_one import create_app
from knowledge.answering.models import AnswerStatus, Question
from knowledge.app import build_knowledge
from knowledge.llm.building import build_second_reader
from knowledge.llm.outcome import Outcome
from knowledge.settings import LlmSettings
from knowledge.understanding.second_opinion import Opinion
from tests.e2e.conftest import app_settings
from tests.factories import id_number
from tests.fakes.openai_server import OpenAIServer

UNSURE = Question(question="这个咋整", region="370800")
SURE = Question(question="济宁个人最多能贷多少")
TERM = {
    "act": "ask",
    "asks": [{"matter": "term", "form": "how_much"}],
    "subject": "personal",
    "entities": [],
    "clauses": [],
}


@pytest.fixture(scope="module")
def assistant():
    return build_knowledge(today=lambda: date(2026, 11, 23)).assistant


@pytest.fixture
def server():
    server = OpenAIServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def counted() -> Counter[str]:
    return Counter()


@pytest.fixture
async def reader(server, counted):
    settings = LlmSettings(base_url=server.url, model="stub", reads=True, timeout_s=1)
    reader = build_second_reader(settings, lambda outcome: counted.update([outcome]))
    yield reader
    await reader.close()


def test_only_unsure_messages_are_read_again(assistant):
    assert assistant.find_doubt(UNSURE) is not None
    assert assistant.find_doubt(SURE) is None


async def test_what_both_can_agree_on_is_answered_from_our_rules(
    assistant, server, reader, counted
):
    server.reply = lambda content: json.dumps(TERM)

    opinion = await reader.read(assistant.find_doubt(UNSURE))
    answer = assistant.answer(UNSURE, opinion)

    assert answer.text.startswith("个人最长能贷3年[1]")
    assert counted == {Outcome.READ: 1}


def test_readers_who_disagree_have_the_person_choose(assistant):
    unsure = Question(question="开店的事，钱的事")
    opinion = Opinion.model_validate(TERM)

    answer = assistant.answer(unsure, opinion)

    assert answer.asked_back is not None
    assert [one.label for one in answer.asked_back.readings] == ["带什么材料", "能贷多久"]


def test_a_sum_it_points_out_is_read_by_our_code(assistant):
    unsure = Question(question="我姐二十万那事", region="370800")
    opinion = Opinion.model_validate(
        {
            **TERM,
            "asks": [{"matter": "amount", "form": "yes_no"}],
            "entities": [{"role": "amount_wanted", "text": "二十万"}],
        }
    )

    answer = assistant.answer(unsure, opinion)

    assert answer.text.startswith("没超：您说的20万元")


def test_the_clause_it_takes_comes_first(assistant):
    second = list(assistant.find_doubt(UNSURE).clauses)[1]
    opinion = Opinion.model_validate(
        {**TERM, "asks": [{"matter": "other", "form": "how"}], "clauses": [second]}
    )

    answer = assistant.answer(UNSURE, opinion)

    assert f"{answer.citations[0].document_id}#{answer.citations[0].clause}" == second


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ("个人最高可以贷80万元。", Outcome.MALFORMED),
        (json.dumps({**TERM, "answer": "80万元"}), Outcome.MALFORMED),
        (json.dumps({**TERM, "act": "approve"}), Outcome.MALFORMED),
        (json.dumps({**TERM, "asks": [{"matter": "bribe", "form": "how"}]}), Outcome.MALFORMED),
        (
            json.dumps({**TERM, "entities": [{"role": "amount_wanted", "text": "80万"}]}),
            Outcome.INVENTED_TOKEN,
        ),
        (json.dumps({**TERM, "clauses": ["made-up#amount"]}), Outcome.INVENTED_TOKEN),
        ("x" * 9000, Outcome.LENGTH),
        ("", Outcome.MALFORMED),
    ],
)
async def test_a_reply_that_breaks_a_rule_is_nothing(
    assistant, server, reader, counted, reply, outcome
):
    server.reply = lambda content: reply

    assert await reader.read(assistant.find_doubt(UNSURE)) is None
    assert counted == {outcome: 1}


async def test_a_slow_or_broken_model_is_not_waited_for(assistant, server, reader, counted):
    server.pause_s = 3
    assert await reader.read(assistant.find_doubt(UNSURE)) is None
    server.pause_s, server.status = 0, 500
    assert await reader.read(assistant.find_doubt(UNSURE)) is None

    assert counted == {Outcome.TIMEOUT: 1, Outcome.HTTP_ERROR: 1}


async def test_personal_data_is_not_sent(assistant, server, reader):
    server.reply = lambda content: json.dumps(TERM)
    number = id_number()
    question = Question(question=f"我叫孔令强，{number}，电话13812345678，这个咋整")

    if doubtful := assistant.find_doubt(question):
        await reader.read(doubtful)

    sent = "".join(server.contents)
    assert not any(secret in sent for secret in (number, "13812345678", "孔令强"))


async def test_with_the_setting_the_service_asks_and_counts(tmp_path, server):
    server.reply = lambda content: json.dumps(TERM)
    llm = LlmSettings(base_url=server.url, model="stub", reads=True, rewrites=False)
    house = create_app(
        replace(app_settings(tmp_path), llm=llm), with_web=False, with_telegram=False
    )
    transport = httpx.ASGITransport(app=house)
    async with (
        house.router.lifespan_context(house),
        httpx.AsyncClient(transport=transport, base_url="http://test") as http,
    ):
        unsure = await http.post("/v1/answers", json={"question": "这个咋整", "region": "370800"})
        sure = await http.post("/v1/answers", json={"question": SURE.question})
        metrics = (await http.get("/metrics")).text

    assert unsure.json()["text"].startswith("个人最长能贷3年[1]")
    assert sure.json()["status"] == AnswerStatus.ANSWERED
    assert len(server.requests) == 1
    assert 'chuangdai_second_readings_total{outcome="read"} 1.0' in metrics
