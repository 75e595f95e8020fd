"""What the conversation says of branches, and what it never claims."""

import pytest

from api.contract.branches import BranchView, NearestBranches
from api.contract.messages import ReplyKind
from bot.dialogue.flows.branch import BranchFlow
from bot.dialogue.session import Session
from knowledge.regions.coordinates import Coordinates
from knowledge.understanding.labels import Who
from tests.fakes.loan_api import BRANCH, FakeLoanApi, branch, found

HERE = Coordinates(lat=35.41, lon=116.58)
FILLING = {"application_id": "a" * 32, "is_filling": True, "field": "branch"}


def told(replies) -> str:
    return "\n".join(
        line
        for reply in replies
        for line in [reply.text, *(reply.card.lines if reply.card else [])]
    )


async def search(result, session=None, words="济宁任城区"):
    assistant = FakeLoanApi(result)
    replies = await BranchFlow(assistant).near_words(session or Session(), words)
    return told(replies), assistant.asked[0]


async def test_a_draft_is_shown_only_branches_for_its_kind_where_its_business_is():
    shown, asked = await search(found(), Session(**FILLING), "济南市历下区")

    assert (asked["kind"], asked["within"]) == ("personal", "370811")
    assert "只列山东省济宁市任城区能办的网点" in shown


async def test_without_a_draft_the_search_is_not_narrowed_to_a_county():
    _, asked = await search(found())

    assert "within" not in asked
    assert "kind" not in asked


@pytest.mark.parametrize(
    ("subject", "kind"),
    [(Who.ENTERPRISE, "enterprise"), (Who.PARTNERS, "personal"), (None, None)],
)
async def test_branches_are_sought_for_whom_the_message_is_about(subject, kind):
    assistant = FakeLoanApi(found())

    await BranchFlow(assistant).near_words(Session(), "济宁任城区", subject)

    assert assistant.asked[0].get("kind") == kind


async def test_who_applies_is_still_known_when_the_place_is_told_later():
    assistant, session = FakeLoanApi(found()), Session()
    flow = BranchFlow(assistant)

    flow.ask(session, Who.ENTERPRISE)
    await flow.near_words(session, "任城区")

    assert assistant.asked[0]["kind"] == "enterprise"


async def test_what_is_not_known_is_said_to_be_unknown():
    shown, _ = await search(found(branch()))

    assert "电话：资料未写明" in shown
    assert "时间：资料未写明" in shown
    assert "营业中" not in shown
    assert "没有营业" not in shown


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"open_now": True}, "现在营业中"),
        ({"open_now": False, "next_opening": "11-24 09:00"}, "下次营业：11-24 09:00"),
        ({"open_now": False}, "现在没有营业"),
        ({"open_now": None}, "今天是否营业，资料没有写明"),
        ({"is_stale": True}, "资料比较旧"),
        ({"distance_m": 80}, "80米"),
    ],
)
async def test_each_branch_tells_its_state(facts, expected):
    shown, _ = await search(found(branch(**{"hours_text": "周一至周五 09:00-17:00", **facts})))

    assert expected in shown
    assert "资料日期：2026-11-01" in shown


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ({"unresolved": "太白楼路", "measured_from": "county"}, "没有找到“太白楼路”的准确位置"),
        ({"place_kind": "province", "measured_from": "province"}, "范围较大"),
        ({"place_kind": "town", "measured_from": "county"}, "没有济宁的坐标"),
        ({"place_kind": "county", "measured_from": "city"}, "从它所在市（州）的中心算起"),
        ({"place_kind": "county", "measured_from": "county"}, "从济宁的中心算起"),
    ],
)
async def test_how_far_distances_are_to_be_trusted_is_said(place, expected):
    shown, _ = await search(found(place="济宁", approximate=True, **place))

    assert expected in shown
    assert "距离：约" in shown


async def test_distances_from_a_position_are_exact_and_the_first_is_on_the_map():
    replies = await BranchFlow(FakeLoanApi(found())).near_point(Session(), HERE)

    assert "距离：1.2公里" in told(replies)
    assert [reply.kind for reply in replies if reply.coordinates] == [ReplyKind.VENUE]


async def test_a_branch_that_moved_is_told_with_where_to():
    gone = BranchView.model_validate(
        {**BRANCH, "name": "演示老支行", "state": "moved", "moved_to": "b-2"}
    )
    assistant = FakeLoanApi(found(gone=gone))
    assistant.known["b-2"] = branch(name="演示新支行", address="演示新路2号")

    with_successor = told(await BranchFlow(assistant).near_words(Session(), "演示老支行"))
    assistant.known.clear()
    without = told(await BranchFlow(assistant).near_words(Session(), "演示老支行"))

    assert "“演示老支行”已经搬走" in with_successor
    assert "演示新支行，地址：演示新路2号" in with_successor
    assert "没有写明搬到哪里" in without


async def test_a_branch_that_closed_is_told_before_the_others():
    gone = BranchView.model_validate({**BRANCH, "name": "演示老支行", "state": "closed"})

    shown, _ = await search(found(gone=gone), words="演示老支行")

    assert shown.startswith("“演示老支行”已经撤销")


async def test_one_of_several_places_is_picked_by_a_tap_and_searched_from():
    places = [
        {"code": "110105", "full_name": "北京市朝阳区"},
        {"code": "220104", "full_name": "吉林省长春市朝阳区"},
        {"code": "370811", "full_name": "演示太白支行"},
    ]
    assistant = FakeLoanApi(
        NearestBranches(outcome="ambiguous_place", place="朝阳区", candidates=places)
    )
    flow, session = BranchFlow(assistant), Session()

    (asked_back,) = await flow.near_words(session, "朝阳区")
    session = Session.model_validate(session.model_dump(mode="json"))
    await flow.near_offered(session, asked_back.choices[1].id.partition(":")[2])

    assert "哪一个" in asked_back.text
    assert asked_back.choices[2].label == "山东省济宁市任城区 演示太白支行"
    assert assistant.asked[1] == {"place": "吉林省长春市朝阳区", "region": "220104"}


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        ({"outcome": "ambiguous_place", "place": "城关镇"}, "太多了"),
        ({"outcome": "unknown_place"}, "没有认出这个地方"),
        ({"outcome": "unknown_place", "unresolved": "新世纪广场"}, "不知道“新世纪广场”在哪里"),
        ({"outcome": "outside_china"}, "不在国内"),
    ],
)
async def test_a_place_that_is_not_understood_is_asked_for_again(result, expected):
    session = Session()

    shown, _ = await search(NearestBranches(**result), session)

    assert expected in shown
    assert session.awaiting == "place"


async def test_none_for_the_draft_names_the_county_and_the_loan():
    shown, _ = await search(NearestBranches(outcome="no_branches"), Session(**FILLING))

    assert "山东省济宁市任城区能办个人创业担保贷款" in shown
    assert "12333" in shown
