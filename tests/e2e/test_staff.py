"""The loop of staff: see what was not answered, write an answer, approve it, have it held back."""

import asyncio
import logging

import pytest

from api.contract.staff import StaffRole
from api.services import part_of
from api.staff.service import StaffService
from tests.fakes.sample_policy import SamplePolicy, plain_lines

PASSWORD = "long enough 演示"
QUESTION = "没有营业执照的摊贩，个人最多能贷多少？"
CLAUSE = "caijin-2023-75#amount-personal"


@pytest.fixture
async def log_in(house, client):
    async def enter(role: StaffRole) -> dict[str, str]:
        await part_of(house, StaffService).add(role.value, "演示", role, PASSWORD)
        body = {"login": role.value, "password": PASSWORD}
        session = (await client.post("/v1/staff/login", json=body)).json()
        return {"Authorization": f"Bearer {session['token']}"}

    return enter


async def ask(client, question: str = QUESTION, **more) -> dict:
    return (await client.post("/v1/answers", json={"question": question, **more})).json()


async def eventually(is_so, within_s: float = 3.0):
    for _ in range(int(within_s / 0.05)):
        if found := await is_so():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("not so in time")


def answer_by_staff(**changes) -> dict:
    return {
        "question": QUESTION,
        "region": "全国",
        "text": "个人最高30万元[1]，有没有营业执照要问经办机构（演示答复）。",
        "clauses": [CLAUSE],
        **changes,
    }


async def approve_an_answer(client, log_in, **changes) -> dict:
    clerk, editor = await log_in(StaffRole.CLERK), await log_in(StaffRole.EDITOR)
    kept = await client.post("/v1/staff/faq", json=answer_by_staff(**changes), headers=clerk)
    approved = await client.post(f"/v1/staff/faq/{kept.json()['id']}/approval", headers=editor)
    return approved.json()


async def test_an_approved_answer_comes_first_and_cites_its_clause(client, log_in):
    before = await ask(client)
    approved = await approve_an_answer(client, log_in)

    async def said():
        answer = await ask(client, "没有营业执照的摊贩 个人最多可以贷多少")
        return answer if answer["faq_id"] == approved["id"] else None

    answer = await eventually(said)
    local = await ask(client, "企业最多能贷多少")

    assert before["faq_id"] is None
    assert approved["state"] == "approved"
    assert "要问经办机构" in answer["text"]
    assert answer["citations"][0]["document_id"] == "caijin-2023-75"
    assert local["faq_id"] is None


async def test_an_approved_answer_takes_its_question_off_the_queue(client, log_in):
    """Also when it was asked again before the answer came into use; never a complaint."""
    question, other = "担保贷款合同丢了怎么补", "银行给的小册子在哪领"
    for words in (question, f"{question}呢", other):
        await ask(client, words)
    complained = await ask(client, f"{question}吗")
    rating = {"is_helpful": False}
    await client.post(f"/v1/answers/{complained['id']}/feedback", json=rating)
    reader = await log_in(StaffRole.ADMINISTRATOR)

    async def counts() -> list[int]:
        groups = (await client.get("/v1/staff/unanswered", headers=reader)).json()
        return [group["count"] for group in groups]

    async def waits():
        return await counts() == [3, 1]

    async def is_settled():
        return await counts() == [1, 1]

    await eventually(waits)
    await approve_an_answer(client, log_in, question=question)

    await eventually(is_settled)


async def test_an_answer_is_held_back_when_its_clause_goes(client, log_in):
    approved = await approve_an_answer(client, log_in)

    async def is_used():
        return (await ask(client))["faq_id"] == approved["id"]

    await eventually(is_used)
    editor = await log_in(StaffRole.EDITOR)
    path = "/v1/staff/documents/caijin-2023-75"
    touched = (await client.get(path, headers=editor)).json()["touched"]
    await client.post(f"{path}/withdrawal", json={"reason": "演示"}, headers=editor)
    listed = (await client.get("/v1/staff/faq", headers=editor)).json()
    after = await ask(client)

    assert touched["faq"] == [{"id": approved["id"], "question": QUESTION, "rests_on": True}]
    assert after["faq_id"] is None
    assert listed[0]["state"] == "held"
    assert listed[0]["changed_clauses"] == [CLAUSE]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "个人最高35万元[1]。"},
        {"text": "没有限制。"},
        {"text": "30万元[1]。", "clauses": ["nowhere#at-all"]},
    ],
)
async def test_an_answer_without_ground_is_refused(client, log_in, change):
    clerk = await log_in(StaffRole.CLERK)
    refused = await client.post("/v1/staff/faq", json=answer_by_staff(**change), headers=clerk)

    assert refused.status_code == 422
    assert refused.json()["code"] == "faq_unfounded"


async def test_unanswered_questions_are_grouped_masked_and_dismissed(client, log_in):
    for words in ("要不要装修合同", "要不要带装修合同", "要装修合同吗"):
        await ask(client, f"创业担保贷款{words} 我的电话13812345678")
    unhelpful = await ask(client, "山东个人最多能贷多少")
    rated = await client.post(f"/v1/answers/{unhelpful['id']}/feedback", json={"is_helpful": False})
    clerk = await log_in(StaffRole.CLERK)

    async def grouped():
        groups = (await client.get("/v1/staff/unanswered", headers=clerk)).json()
        return groups if sum(g["count"] for g in groups) == 4 else None

    groups = await eventually(grouped)
    largest, smallest = groups[0], groups[-1]
    await client.post(f"/v1/staff/unanswered/{largest['id']}/dismissal", headers=clerk)
    left = (await client.get("/v1/staff/unanswered", headers=clerk)).json()

    assert rated.status_code == 204
    assert (largest["count"], largest["unanswered"]) == (3, 3)
    assert "13812345678" not in str(groups)
    assert smallest["unhelpful"] == 1
    assert [g["id"] for g in left] == [smallest["id"]]


async def test_a_draft_starts_from_the_material(client, log_in):
    clerk = await log_in(StaffRole.CLERK)
    draft = await client.post(
        "/v1/staff/faq/draft", json={"question": QUESTION, "region": "全国"}, headers=clerk
    )
    body = draft.json()
    kept = await client.post("/v1/staff/faq", json=body, headers=clerk)

    assert CLAUSE in body["clauses"]
    assert "30万元" in body["text"]
    assert kept.status_code == 201


async def test_the_staff_view_shows_how_a_question_was_read_and_every_clause(client, log_in):
    clerk = await log_in(StaffRole.CLERK)
    question = {"question": "个人最多能贷多少", "region": "济宁市", "as_of": "2019-06-01"}
    found = (await client.post("/v1/staff/answers", json=question, headers=clerk)).json()
    verdicts = {clause["verdict"] for clause in found["clauses"]}

    assert found["understanding"]["region"] == "山东省济宁市"
    assert found["understanding"]["topics"][0] == "amount"
    assert found["understanding"]["as_of"] == "2019-06-01"
    assert "cited" in verdicts
    assert len(verdicts) > 1


async def test_a_file_handed_in_is_read_behind_and_answered_from(client, log_in):
    local = {"region": "山东省", "clauses": ["sd-cydk-2023#amount-personal"]}
    approved = await approve_an_answer(client, log_in, **local)
    editor = await log_in(StaffRole.ADMINISTRATOR)
    text = "\n".join(plain_lines(SamplePolicy()))
    name = f"{'很长的文件名' * 20}（演示）.txt"
    handed = await client.post(
        "/v1/staff/ingestions", files={"file": (name, text.encode())}, headers=editor
    )
    refused = await client.post(
        "/v1/staff/ingestions", files={"file": ("演示.exe", b"MZ")}, headers=editor
    )

    async def done():
        job = (await client.get("/v1/staff/ingestions", headers=editor)).json()[0]
        return job if job["state"] == "done" else None

    job = await eventually(done, 30)

    async def cited():
        answer = await ask(client, "创业担保贷款申请人应当符合哪些条件（演示）", region="济宁市")
        return job["document_id"] in {c["document_id"] for c in answer["citations"]}

    assert await eventually(cited)
    assert handed.status_code == 202
    assert job["name"].startswith("很长的文件名")
    assert job["touched"]["figures"]
    assert job["touched"]["faq"] == [
        {"id": approved["id"], "question": QUESTION, "rests_on": False}
    ]
    assert refused.json()["code"] == "upload_refused"


async def test_roles_open_only_what_they_may(client, log_in):
    clerk = await log_in(StaffRole.CLERK)
    path = "/v1/staff/documents/caijin-2023-75/withdrawal"
    nobody = await client.get("/v1/staff/faq")
    stranger = await client.get("/v1/staff/faq", headers={"Authorization": "Bearer made-up"})
    refused = await client.post(path, json={}, headers=clerk)
    await client.post("/v1/staff/logout", headers=clerk)
    after = await client.get("/v1/staff/faq", headers=clerk)

    statuses = (nobody.status_code, stranger.status_code, refused.status_code, after.status_code)
    assert statuses == (401, 401, 403, 401)


async def test_after_five_wrong_passwords_not_even_the_right_one_is_looked_at(
    house, client, caplog
):
    caplog.set_level(logging.DEBUG)
    await part_of(house, StaffService).add("clerk", "演示", StaffRole.CLERK, PASSWORD)

    async def enter(password: str, login: str = "clerk") -> str:
        body = {"login": login, "password": password}
        return (await client.post("/v1/staff/login", json=body)).json().get("code", "in")

    nobody = await enter("wrong password", "nobody")
    wrong = [await enter("wrong password") for _ in range(5)]
    right = await enter(PASSWORD)

    assert [nobody, *wrong, right] == ["login_refused"] * 7
    assert PASSWORD not in caplog.text
