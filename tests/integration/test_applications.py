"""Applications over HTTP, on SQLite and PostgreSQL."""

import asyncio

import pytest
from sqlalchemy import update

from api.conversations.tables import ConversationRow
from knowledge.kit.wire import LARGEST_COUNT
from tests.factories import id_number, personal_answers

CONSENT = "2026-12"


async def open_draft(client, serial=1, **changes):
    created = (await client.post("/v1/applications", json={"form": "personal"})).json()
    headers = {"Authorization": f"Bearer {created['token']}"}
    filled = await client.patch(
        f"/v1/applications/{created['id']}",
        json={"answers": personal_answers(serial, **changes), "consent_version": CONSENT},
        headers=headers,
    )
    assert filled.status_code == 200, filled.text
    return created["id"], headers


async def submit(client, application_id, headers, key="k1", **more):
    return await client.post(
        f"/v1/applications/{application_id}/submission",
        headers={**headers, "Idempotency-Key": key},
        **more,
    )


async def test_a_complete_draft_is_handed_in_and_gets_a_receipt(anyone):
    application_id, headers = await open_draft(anyone)

    done = await submit(anyone, application_id, headers)

    assert done.status_code == 200
    view = done.json()
    assert view["status"] == "submitted"
    assert view["receipt"].startswith("CD")
    assert [event["kind"] for event in view["events"]] == ["open", "change", "submit"]


async def test_the_same_key_and_body_give_the_same_answer_again(anyone):
    application_id, headers = await open_draft(anyone)

    first = await submit(anyone, application_id, headers, json={"a": 1, "b": 2})
    again = await submit(anyone, application_id, headers, content=b'{"b":2, "a":1}')

    assert again.status_code == first.status_code == 200
    assert again.json() == first.json()


async def test_the_same_key_with_another_body_is_refused(anyone):
    application_id, headers = await open_draft(anyone)
    await submit(anyone, application_id, headers, json={"a": 1})

    other = await submit(anyone, application_id, headers, json={"a": 2})

    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_submission_without_key_is_refused(anyone):
    application_id, headers = await open_draft(anyone)

    refused = await anyone.post(f"/v1/applications/{application_id}/submission", headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (400, "idempotency_key_missing")


async def test_many_submissions_at_once_make_one_receipt(anyone):
    application_id, headers = await open_draft(anyone)

    answers = await asyncio.gather(*(submit(anyone, application_id, headers) for _ in range(8)))

    receipts = {a.json()["receipt"] for a in answers if a.status_code == 200}
    assert len(receipts) == 1
    assert {a.status_code for a in answers} <= {200, 409}


async def test_one_person_has_one_active_application_per_product(anyone):
    first, first_headers = await open_draft(anyone, serial=1)
    second, second_headers = await open_draft(anyone, serial=1)
    await submit(anyone, first, first_headers)

    refused = await submit(anyone, second, second_headers)
    withdrawn = await anyone.post(f"/v1/applications/{first}/withdrawal", headers=first_headers)
    accepted = await submit(anyone, second, second_headers, key="k2")

    assert (refused.status_code, refused.json()["code"]) == (409, "duplicate_application")
    assert withdrawn.json()["status"] == "withdrawn"
    assert accepted.status_code == 200


async def test_receipts_of_different_people_differ(anyone):
    receipts = set()
    for serial in (1, 2, 3):
        application_id, headers = await open_draft(anyone, serial=serial)
        receipts.add((await submit(anyone, application_id, headers)).json()["receipt"])

    assert len(receipts) == 3


async def test_an_incomplete_draft_is_refused_with_what_is_missing(anyone):
    created = (await anyone.post("/v1/applications", json={})).json()
    headers = {"Authorization": f"Bearer {created['token']}"}

    refused = await submit(anyone, created["id"], headers)

    assert (refused.status_code, refused.json()["code"]) == (422, "incomplete_application")
    assert {"region", "id_number", "phone"} <= {i["field"] for i in refused.json()["issues"]}


async def test_personal_data_before_consent_is_refused(anyone):
    created = (await anyone.post("/v1/applications", json={})).json()
    headers = {"Authorization": f"Bearer {created['token']}"}

    refused = await anyone.patch(
        f"/v1/applications/{created['id']}",
        json={"answers": {"phone": "13800000001"}},
        headers=headers,
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "consent_required")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        (
            "id_number",
            id_number()[:-1] + ("0" if id_number()[-1] != "0" else "1"),
            "id_number_digit",
        ),
        ("id_number", "370899199013011234", "id_number_date"),
        ("id_number", "123", "not_an_id_number"),
        ("phone", "12345", "not_a_phone"),
        ("region", "火星", "unknown_region"),
        ("amount_yuan", "很多", "not_a_number"),
        ("amount_yuan", -5, "too_small"),
        ("group", "king", "not_a_choice"),
        ("name", "'; DROP TABLE applications;--", "not_a_name"),
        ("nonsense", 1, "unknown_field"),
    ],
)
async def test_a_wrong_field_is_named_and_nothing_of_the_change_is_kept(anyone, field, value, code):
    application_id, headers = await open_draft(anyone)

    refused = await anyone.patch(
        f"/v1/applications/{application_id}",
        json={"answers": {field: value, "trade": "changed"}},
        headers=headers,
    )
    view = (await anyone.get(f"/v1/applications/{application_id}", headers=headers)).json()

    assert refused.status_code == 422
    assert refused.headers["content-type"] == "application/problem+json"
    assert [(i["field"], i["code"]) for i in refused.json()["issues"]] == [(field, code)]
    assert view["answers"]["trade"] == "理发"


async def test_personal_values_are_masked_wherever_they_are_shown(
    anyone, channel, settings, caplog
):
    application_id, headers = await open_draft(anyone)
    done = await submit(anyone, application_id, headers)
    shown = await anyone.get(f"/v1/applications/{application_id}", headers=headers)
    found = await channel.get(
        "/v1/applications/by-receipt",
        params={"receipt": done.json()["receipt"], "phone_last4": "0001"},
    )

    everything = done.text + shown.text + found.text + caplog.text
    for secret in (id_number(1), "13800000001", "张演示"):
        assert secret not in everything
    assert shown.json()["answers"]["phone"] == "138****0001"


async def test_personal_values_do_not_lie_readable_on_disk(anyone, settings, tmp_path):
    application_id, headers = await open_draft(anyone)
    await submit(anyone, application_id, headers)

    for path in tmp_path.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in (id_number(1), "13800000001", "张演示"):
                assert secret.encode() not in content, path.name


async def test_an_id_alone_opens_nothing(anyone):
    application_id, _ = await open_draft(anyone)
    _, other = await open_draft(anyone, serial=2)

    without = await anyone.get(f"/v1/applications/{application_id}")
    foreign = await anyone.get(f"/v1/applications/{application_id}", headers=other)

    assert (without.status_code, foreign.status_code) == (401, 403)


async def test_a_receipt_needs_the_phone_that_goes_with_it(anyone, channel):
    application_id, headers = await open_draft(anyone)
    receipt = (await submit(anyone, application_id, headers)).json()["receipt"]

    wrong = await channel.get(
        "/v1/applications/by-receipt", params={"receipt": receipt, "phone_last4": "9999"}
    )

    assert (wrong.status_code, wrong.json()["code"]) == (404, "application_not_found")


async def test_a_handover_code_works_once(anyone, channel):
    application_id, _ = await open_draft(anyone)
    code = (await channel.post(f"/v1/applications/{application_id}/handover")).json()["code"]

    first = await channel.post(f"/v1/handovers/{code.lower()}")
    second = await channel.post(f"/v1/handovers/{code}")

    assert first.json()["id"] == application_id
    assert (second.status_code, second.json()["code"]) == (404, "handover_invalid")


async def test_a_submitted_application_cannot_be_changed(anyone):
    application_id, headers = await open_draft(anyone)
    await submit(anyone, application_id, headers)

    refused = await anyone.patch(
        f"/v1/applications/{application_id}", json={"answers": {"trade": "x"}}, headers=headers
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "wrong_state")


@pytest.mark.parametrize(
    ("content", "status"),
    [(b"%PDF-1.7 x", 201), (b"\x89PNG\r\n\x1a\n", 201), (b"", 422), (b"MZ\x90\x00", 422)],
)
async def test_only_documents_and_pictures_are_taken(anyone, content, status):
    application_id, headers = await open_draft(anyone)

    answer = await anyone.post(
        f"/v1/applications/{application_id}/attachments", content=content, headers=headers
    )

    assert answer.status_code == status


async def test_conversations_are_kept_with_their_version(channel, anyone):
    empty = (await channel.get("/v1/conversations/telegram:1")).json()
    saved = await channel.put(
        "/v1/conversations/telegram:1", json={"version": 0, "state": {"a": 1}}
    )
    stale = await channel.put(
        "/v1/conversations/telegram:1", json={"version": 0, "state": {"a": 2}}
    )
    held = (await channel.get("/v1/conversations/telegram:1")).json()
    outsider = await anyone.get("/v1/conversations/telegram:1")

    assert empty == {"version": 0, "state": {}}
    assert saved.status_code == 200
    assert (stale.status_code, stale.json()["code"]) == (409, "conversation_changed")
    assert held == {"version": 1, "state": {"a": 1}}
    assert outsider.status_code == 401


async def test_the_last_version_that_can_be_kept_has_none_after_it(channel, database):
    last, path = LARGEST_COUNT, "/v1/conversations/telegram:1"
    await channel.put(path, json={"version": 0, "state": {}})
    async with database.writing() as session:
        await session.execute(update(ConversationRow).values(version=last - 1))

    reached = await channel.put(path, json={"version": last - 1, "state": {"a": 1}})
    beyond = await channel.put(path, json={"version": last, "state": {"a": 2}})
    held = await channel.get(path)

    assert reached.json() == held.json() == {"version": last, "state": {"a": 1}}
    assert (beyond.status_code, beyond.json()["code"]) == (422, "invalid_request")
