"""An application names a branch: only one that can take it is kept."""

import pytest

from .test_applications import open_draft, submit


@pytest.fixture
async def branches(take_in):
    await take_in(
        {"id": "good", "services": "个人"},
        {"id": "firms-only", "services": "企业"},
        {"id": "window", "services": "人社窗口"},
        {"id": "closed", "state": "closed"},
        {"id": "old", "state": "moved", "moved_to": "good"},
        {"id": "lost", "state": "moved"},
    )


async def choose(client, application_id, headers, branch):
    change = {"answers": {"branch": branch, "trade": "修车"}}
    return await client.patch(f"/v1/applications/{application_id}", json=change, headers=headers)


async def test_a_branch_that_can_take_it_is_kept(anyone, branches):
    application_id, headers = await open_draft(anyone)

    kept = await choose(anyone, application_id, headers, "good")
    done = await submit(anyone, application_id, headers)

    assert kept.json()["answers"]["branch"] == "good"
    assert done.json()["status"] == "submitted"


@pytest.mark.parametrize(
    ("branch", "code", "told"),
    [
        ("none", "branch_unknown", "没有这个网点"),
        ("closed", "branch_closed", "已经撤销"),
        ("old", "branch_moved_to", "新网点是“演示good支行”"),
        ("lost", "branch_moved", "搬走"),
        ("firms-only", "branch_not_personal", "个人创业担保贷款"),
        ("window", "branch_not_personal", "个人创业担保贷款"),
        ("demo-001", "branch_sample", "演示"),
    ],
)
async def test_any_other_is_refused_with_what_to_do(anyone, branches, branch, code, told):
    application_id, headers = await open_draft(anyone)

    refused = await choose(anyone, application_id, headers, branch)
    kept = (await anyone.get(f"/v1/applications/{application_id}", headers=headers)).json()

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "invalid_fields"
    (issue,) = refused.json()["issues"]
    assert (issue["field"], issue["code"]) == ("branch", code)
    assert told in issue["message"]
    assert "跳过" in issue["message"]
    assert (kept["answers"]["branch"], kept["answers"]["trade"]) == ("", "理发")


async def test_a_branch_that_closed_meanwhile_stops_the_submission(anyone, branches, take_in):
    application_id, headers = await open_draft(anyone)
    await choose(anyone, application_id, headers, "good")
    await take_in({"id": "good", "services": "个人", "state": "closed"})

    refused = await submit(anyone, application_id, headers)
    await choose(anyone, application_id, headers, "")
    done = await submit(anyone, application_id, headers)

    assert refused.status_code == 422
    assert [issue["code"] for issue in refused.json()["issues"]] == ["branch_closed"]
    assert done.json()["status"] == "submitted"


async def test_a_submission_said_twice_is_answered_alike_though_the_branch_closed(
    anyone, branches, take_in
):
    application_id, headers = await open_draft(anyone)
    await choose(anyone, application_id, headers, "good")
    first = await submit(anyone, application_id, headers)
    await take_in({"id": "good", "state": "closed"})

    again = await submit(anyone, application_id, headers)

    assert again.json() == first.json()
