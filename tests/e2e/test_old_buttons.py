"""Buttons stay on the screen when the conversation has gone on; what an old one does then."""

import asyncio
import re
from typing import Any

import pytest

from api.applications.service import ApplicationService
from api.conversations.routes import ConversationStore
from api.services import part_of
from bot.channels.telegram.render import MAX_CALLBACK_BYTES
from tests.e2e.person import ANSWERS, Person


@pytest.fixture
async def person(client) -> Person:
    """Somebody who has said that they are unemployed and run a shop; its name is asked for."""
    person = Person(client)
    await person.say("我要申请")
    await person.press("pick:yes")
    await person.say("济宁市任城区")
    await person.press("pick:unemployed")
    await person.press("pick:sole_trader")
    return person


async def review_page(person: Person) -> str:
    for said in ("老王面馆", "卖面条", "2024年3月", "3"):
        await person.say(said)
    for _ in range(2):
        await person.press("pick:no")
    for said in ("20万", "24个月", "装修和进货"):
        await person.say(said)
    await person.press("pick:fund")
    for said in ("王小明", "370811199003070010", "13800138000"):
        await person.say(said)
    return await person.press("skip")


async def answers_of(house, person: Person) -> dict[str, Any]:
    state = (await part_of(house, ConversationStore).get(f"http:{person.conversation_id}")).state
    view = await part_of(house, ApplicationService).view(str(state["application_id"]))
    return {**view.answers, "status": view.status.value}


async def test_an_old_button_is_no_answer_to_a_question_with_other_buttons(person, house):
    for said in ("老王面馆", "卖面条", "2024年3月", "3"):
        await person.say(said)

    shown = await person.press("pick:unemployed")

    assert "之前那一步" in shown
    assert "没还清的贷款" in shown
    assert person.field == "own_loans"
    assert "own_loans" not in await answers_of(house, person)


async def test_an_old_button_is_no_name_of_a_shop(person, house):
    shown = await person.press("pick:unemployed")

    assert "之前那一步" in shown
    assert person.field == "business_name"
    assert "business_name" not in await answers_of(house, person)


async def test_an_old_submit_does_not_hand_in_while_something_is_put_right(person, house):
    await review_page(person)
    await person.say("修改电话")

    shown = await person.press("submit")
    asked = person.field
    status = (await answers_of(house, person))["status"]
    review = await person.say("13900139000")

    assert "之前那一步" in shown
    assert asked == "phone"
    assert status == "draft"
    assert "139****9000" in review
    assert "受理编号：CD" in await person.press("submit")


async def test_submit_in_words_waits_for_what_is_put_right_which_can_be_given_up(person, house):
    await review_page(person)
    await person.say("修改电话")

    shown = await person.say("提交")
    assert "还不能提交" in shown
    assert person.field == "phone"
    assert (await answers_of(house, person))["status"] == "draft"

    review = await person.say("核对")
    assert "138****8000" in review
    assert "受理编号：CD" in await person.say("提交")


async def test_a_review_page_of_before_is_not_the_one_that_is_handed_in(person, house):
    await review_page(person)
    old = person.button("submit")
    await person.say("修改电话")
    await person.say("13900139000")

    shown = await person.say(choice=old)

    assert "之前那一步" in shown
    assert "139****9000" in shown
    assert (await answers_of(house, person))["status"] == "draft"


async def test_a_button_pressed_twice_counts_once_and_says_so(person):
    await person.say("上一步")
    once = await person.press("pick:company_owner")
    twice = await person.press("pick:company_owner")

    assert "店名" in once
    assert "已经算数" in twice
    assert "店名" in twice
    assert person.field == "business_name"


async def test_submit_pressed_twice_at_once_hands_in_once_and_the_receipt_is_told_again(
    person, house
):
    await review_page(person)
    submit = person.button("submit")

    shown = await asyncio.gather(person.say(choice=submit), person.say(choice=submit))

    again = await person.say(choice=submit)

    # The one that came second may hear that the first is being worked on.
    receipts = re.findall(r"受理编号：(\S+)", "\n".join([*shown, again]))
    assert len(receipts) >= 2
    assert len(set(receipts)) == 1
    assert (await answers_of(house, person))["status"] == "submitted"


async def test_the_buttons_of_a_question_stay_good_while_it_is_open(client):
    person = Person(client)
    await person.say("我要申请")
    await person.press("同意")
    await person.say("济宁市任城区")
    button = person.button("pick:unemployed")

    await person.say("个人最多能贷多少？")
    await person.say("继续")
    await person.say(choice=button)

    assert person.field == "business_kind"


async def test_several_are_picked_from_one_list(client):
    person = Person(client)
    await person.say("我要申请")
    while person.field != "own_loan_kinds":
        await person.say(ANSWERS[person.field])
    housing, car = person.button("pick:housing"), person.button("pick:car")

    await person.say(choice=housing)
    await person.say(choice=housing)
    shown = await person.say(choice=car)
    await person.press("选好了")

    assert "住房贷款、购车贷款" in shown
    assert person.field == "married"


async def test_a_yes_to_giving_up_is_good_for_the_next_message_only(person, house):
    await person.say("取消")
    await person.say("老王面馆")

    shown = await person.press("cancel-yes")

    assert "之前那一步" in shown
    assert (await answers_of(house, person))["status"] == "draft"
    await person.say("取消")
    assert "已取消" in await person.press("cancel-yes")


async def test_what_means_the_same_at_any_time_is_good_at_any_time(person):
    pause = person.button("pause")
    await person.say("老王面馆")

    assert "已经暂停" in await person.say(choice=pause)
    assert "主要做什么生意" in await person.press("resume")


async def test_a_button_of_a_form_that_is_paused_says_so(person):
    await person.press("pause")

    shown = await person.press("pick:unemployed")

    assert "之前那一步" in shown
    assert person.field is None


@pytest.mark.parametrize(
    "said",
    ["pick:no", "unemployed", "submit", "cancel-yes", "/whatever", "／提交", "edit:phone", "phone"],
)
async def test_what_looks_like_a_code_is_no_answer(person, house, said):
    shown = await person.say(said)

    assert "代号" in shown or "没有看明白" in shown
    assert person.field == "business_name"
    assert "business_name" not in await answers_of(house, person)


async def test_the_code_of_a_button_is_no_answer_to_its_own_question_either(client):
    person = Person(client)
    await person.say("我要申请")
    for said in ("pick:yes", person.button("pick:yes"), "yes"):
        await person.say(said)

    assert person.field == "consent"


async def test_the_id_of_a_branch_is_taken_from_a_button_only(client):
    person = Person(client)
    await person.say("我要申请")
    while person.field != "branch":
        await person.say(ANSWERS[person.field])

    shown = await person.say("demo-001")

    assert "资料里没有这个网点" in shown
    assert person.field == "branch"


async def test_every_button_fits_into_what_telegram_takes(person):
    await review_page(person)
    await person.say("修改")
    await person.say("看能办的网点")
    await person.say("朝阳区有网点吗")

    ids = [button["id"] for button in person.buttons]
    assert len(ids) > 40
    assert max(len(id_.encode()) for id_ in ids) <= MAX_CALLBACK_BYTES
