"""The four flows through the conversation over HTTP and the real application."""

import pytest
from sqlalchemy import text

from api.db.engine import Database
from api.questions.log import QuestionLog
from api.services import part_of
from tests.e2e.person import ANSWERS, Person


@pytest.fixture
def person(client) -> Person:
    return Person(client)


async def test_a_question_is_answered_with_its_clause(person):
    shown = await person.say("山东个人最多能贷多少")

    assert "30万元" in shown
    citations = person.replies[0]["citations"]
    assert any(c["document_id"] == "sd-cydk-2023" for c in citations)
    assert all(c["quote"] for c in citations)


async def test_the_place_is_asked_for_and_the_question_then_answered_for_it(person):
    first = await person.say("个人最多能贷多少钱")
    second = await person.say("四川")

    assert "30万元" in first
    assert "哪个市县" in first
    assert "50万元" in second


async def test_an_answer_that_did_not_help_is_shown_to_staff(person, house):
    await person.say("山东个人最多能贷多少")

    thanks = await person.press("没帮助")

    assert "工作人员会看到" in thanks
    groups = await part_of(house, QuestionLog).groups()
    assert [(g.question, g.unhelpful) for g in groups] == [("山东个人最多能贷多少", 1)]


async def test_an_intake_goes_from_the_first_word_to_the_receipt(person):
    await person.say("我要申请")
    review = await person.fill(ANSWERS)
    done = await person.say("提交")
    status = await person.say("查进度")

    assert "138****0001" in review
    assert "13800000001" not in review
    assert "受理编号：CD" in done
    assert "已提交" in status


async def test_a_question_in_the_middle_is_answered_and_the_form_goes_on(person):
    await person.say("我要申请")
    await person.say("同意")
    before = person.field

    shown = await person.say("个人最多能贷多少？")

    assert "30万元" in shown
    assert person.field == before == "region"


async def test_branches_and_people_can_be_asked_for_in_the_middle_too(person):
    await person.say("我要申请")
    await person.say("同意")
    near = await person.say("任城区哪家银行能办")
    after_near = person.field
    complained = await person.say("我要投诉你们")
    after_complaint = person.field

    assert "演示" in near
    assert "12333" in complained
    assert after_near == after_complaint == "region"


async def test_where_to_go_is_answered_with_the_rule_and_the_branches_of_the_place_named(person):
    shown = await person.say("济宁任城区去哪个银行网点申请")
    asked = await person.say("附近有网点吗")
    near = await person.say("嘉祥县")

    assert "人社" in shown
    assert "演示" in shown
    assert "位置" in asked
    assert "演示" in near


async def test_what_stands_in_the_way_is_told_early_with_its_document(person):
    await person.say("我要申请")
    answers = {**ANSWERS, "own_loan_kinds": "经营贷"}
    while person.field != "own_loan_kinds":
        await person.say(answers[person.field])

    shown = await person.say("经营贷")

    assert "一般不符合" in shown
    assert "依据：《" in shown


async def test_an_answer_can_be_edited_and_steps_taken_back(person):
    await person.say("我要申请")
    await person.fill(ANSWERS)

    await person.say("修改电话")
    assert person.field == "phone"
    review = await person.say("13900000002")
    assert "139****0002" in review
    await person.say("上一步")
    assert person.field == "branch"


async def test_a_paused_form_is_resumed(person):
    await person.say("我要申请")
    await person.say("同意")
    await person.say("暂停")
    answer = await person.say("退休了能贷吗")
    await person.say("继续")

    assert answer
    assert person.field == "region"


async def test_a_form_goes_on_in_another_channel(client, person):
    await person.say("我要申请")
    await person.say("同意")
    shown = await person.say("换个渠道")
    code = shown.split("续办码：")[1][:11]

    elsewhere = Person(client)
    await elsewhere.say(f"续办 {code}")

    assert elsewhere.field == "region"


async def test_the_nearest_branches_are_shown_with_what_is_known(person):
    shown = await person.say("兖州新世纪广场附近哪家银行能办")

    assert "演示银行兖州支行" in shown
    assert "演示数据" in shown
    assert "电话：资料未写明" in shown


async def test_a_position_gives_distances_and_a_branch_can_be_chosen(person):
    await person.say("我要申请")
    while person.field != "branch":
        await person.say(ANSWERS[person.field])

    shown = await person.say(location={"lat": 35.41, "lon": 116.58, "crs": "wgs84"})
    assert "距离：" in shown
    cards = [reply for reply in person.replies if reply["card"]]
    second = cards[1]["choices"][0]["id"]
    await person.say("嘉祥县")
    review = await person.say(choice=second)

    assert f"希望办理的网点：{cards[1]['card']['title']}" in review


async def test_while_filling_only_branches_where_the_business_is_are_offered(person):
    await person.say("我要申请")
    while person.field != "branch":
        await person.say(ANSWERS[person.field])

    await person.say("嘉祥县")
    cards = [r["card"]["title"] for r in person.replies if r["card"]]

    assert cards
    assert all("任城" in title for title in cards)
    assert person.field == "branch"


async def test_a_branch_nobody_knows_is_refused_and_others_are_offered(person):
    await person.say("我要申请")
    while person.field != "branch":
        await person.say(ANSWERS[person.field])

    shown = await person.say("街口那家信用社")
    choices = [c for r in person.replies for c in r["choices"] if c["label"] == "选这个网点"]
    review = await person.say(choice=choices[0]["id"])
    done = await person.say("提交")

    assert "资料里没有这个网点" in shown
    assert "希望办理的网点：演示" in review
    assert "受理编号：CD" in done


async def test_a_branch_that_closed_meanwhile_is_replaced_when_handing_in(person, house):
    await person.say("我要申请")
    while person.field != "branch":
        await person.say(ANSWERS[person.field])
    await person.say("看能办的网点")
    chosen = next(c for r in person.replies for c in r["choices"] if c["label"] == "选这个网点")
    await person.say(choice=chosen["id"])
    async with part_of(house, Database).writing() as session:
        await session.execute(text("UPDATE branches SET state = 'closed' WHERE id LIKE 'demo-%1'"))
        await session.execute(text("UPDATE branches SET state = 'closed' WHERE id LIKE 'demo-%2'"))

    shown = await person.say("提交")

    assert "已经撤销" in shown
    assert person.field == "branch"


async def test_an_ambiguous_place_is_asked_back(person):
    shown = await person.say("朝阳区有网点吗")

    assert "哪一个" in shown
    labels = [choice["label"] for choice in person.replies[0]["choices"]]
    assert "北京市朝阳区" in labels


async def test_a_place_outside_china_is_kindly_refused(person):
    await person.say("找网点")
    shown = await person.say(location={"lat": 48.85, "lon": 2.35})

    assert "不在国内" in shown


async def test_a_repeated_event_changes_nothing(person):
    await person.say("我要申请")
    first = await person.say("同意", event_id="7")
    again = await person.say("同意", event_id="7")

    assert again == first
    assert person.field == "region"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\u200b\u2060",
        "啊" * 5000,
        "\x00\x01",
        "'; DROP TABLE applications;--",
        "{{7*7}}",
        "😀",
    ],
)
async def test_odd_texts_get_a_kind_answer(person, text):
    shown = await person.say(text)

    assert shown
    assert "Traceback" not in shown


async def test_not_exactly_one_thing_said_is_a_problem(client):
    response = await client.post("/v1/messages", json={"channel": "web"})

    assert response.status_code == 422
    assert response.json()["code"] == "invalid_message"
    assert response.headers["content-type"] == "application/problem+json"


async def test_a_person_sees_copies_and_erases_what_is_kept(person, client):
    await person.say("我要申请")
    shown = await person.fill(ANSWERS)
    await person.press("提交")

    kept = await person.say("我的资料")
    await person.press("下载一份")
    link = person.replies[0]["card"]["links"][0]["id"]
    copy = await client.get(link)
    asked = await person.say("删除我的资料")
    erased = await person.press("确定删除")
    after = await person.say("查进度")

    assert "核对" in shown
    assert ANSWERS["id_number"] not in kept
    assert "演示面馆" in kept
    assert copy.headers["content-type"] == "application/zip"
    assert "找不回来" in asked
    assert "删除凭证：ZL" in erased
    assert "受理编号和申请时手机号" in after


async def test_an_erasure_is_confirmed_by_the_next_message_or_not_at_all(person):
    await person.say("我要申请")
    await person.say("同意")
    await person.say("删除我的资料")
    await person.say("个人最多能贷多少？")

    late = await person.press("确定删除")
    kept = await person.say("我的资料")

    assert "之前那一步" in late
    assert "草稿" in kept


async def test_a_place_of_several_meanings_is_asked_back_and_the_choice_completes_the_question(
    person,
):
    asked_back = await person.say("朝阳区个人最多能贷多少")
    offered = [button["label"] for button in person.buttons]
    answered = await person.press("北京市朝阳区")

    assert "哪一个" in asked_back
    assert {"北京市朝阳区", "吉林省长春市朝阳区"} <= set(offered)
    assert "万元" not in asked_back
    assert "北京市" in answered
    assert "50万元" in answered


async def test_the_choice_of_an_older_question_back_does_nothing(person):
    await person.say("朝阳区个人最多能贷多少")
    old = person.button("北京市朝阳区")
    await person.say("山东个人最多能贷多少")

    shown = await person.say(choice=old)

    assert "50万元" not in shown
