"""People's rights to their data, and its end: on SQLite and PostgreSQL."""

import io
import json
import zipfile
from datetime import datetime, timedelta

import httpx
import pytest
from anyio import to_thread
from sqlalchemy import text
from typer.testing import CliRunner

from api.app import create_api
from api.contract.staff import StaffRole
from api.privacy.service import PrivacyService
from api.services import part_of
from api.staff.service import StaffService
from bot.cli import app
from knowledge.kit.clock import utc_now
from tests.factories import id_number
from tests.integration.test_applications import open_draft, submit

PDF = b"%PDF-1.7 demo"
PASSWORD = "demo-only-Kq7!long"


class Clock:
    """A time that a test moves on."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def api(settings, clock):
    made = create_api(settings, documents={}, now=clock)
    async with made.router.lifespan_context(made):
        yield made


@pytest.fixture
async def administrator(api, anyone):
    """Headers of a member of staff who may copy and erase."""
    await part_of(api, StaffService).add("chief", "演示", StaffRole.ADMINISTRATOR, PASSWORD)
    body = {"login": "chief", "password": PASSWORD}
    session = (await anyone.post("/v1/staff/login", json=body)).json()
    return {"Authorization": f"Bearer {session['token']}"}


async def attach(client, application_id, headers) -> str:
    path = f"/v1/applications/{application_id}/attachments"
    return (await client.post(path, content=PDF, headers=headers)).json()["id"]


def unpacked(response: httpx.Response) -> tuple[dict, dict[str, bytes]]:
    assert response.status_code == 200, response.text
    with zipfile.ZipFile(io.BytesIO(response.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return json.loads(files.pop("data.json")), files


async def everything_kept(database) -> str:
    """Every row of every table, as text."""
    async with database.reading() as session:
        names = ("applications", "idempotency_keys", "attachments", "handovers", "privacy_log")
        rows = [(await session.execute(text(f"SELECT * FROM {name}"))).all() for name in names]
    return repr(rows)


async def test_a_person_gets_a_copy_of_all_that_was_handed_in(anyone):
    application_id, headers = await open_draft(anyone, business_name="演示豆腐坊")
    attachment = await attach(anyone, application_id, headers)
    path = f"/v1/applications/{application_id}/personal-data"

    held, files = unpacked(await anyone.get(path, headers=headers))

    assert id_number() in held["填写内容"].values()
    assert "演示豆腐坊" in held["填写内容"].values()
    assert [step["事项"] for step in held["经过"]] == ["open", "change"]
    assert files == {f"attachments/{attachment}.pdf": PDF}


async def test_a_copy_and_an_erasure_need_the_token(anyone):
    application_id, _ = await open_draft(anyone, serial=1)
    _, others = await open_draft(anyone, serial=2)
    path = f"/v1/applications/{application_id}/personal-data"

    answers = [
        await anyone.get(path),
        await anyone.delete(path),
        await anyone.get(path, headers=others),
        await anyone.delete(path, headers=others),
    ]

    assert [a.status_code for a in answers] == [401, 401, 403, 403]


async def test_what_is_erased_is_gone_everywhere_and_proved(anyone, channel, database, settings):
    application_id, headers = await open_draft(anyone)
    await attach(anyone, application_id, headers)
    done = (await submit(anyone, application_id, headers)).json()
    before = await everything_kept(database)
    path = f"/v1/applications/{application_id}/personal-data"

    proof = (await anyone.delete(path, headers=headers)).json()

    assert proof["act"] == "erasure"
    assert proof["counts"] == {"answers": 18, "attachments": 1, "submissions": 1, "handovers": 0}
    after = await everything_kept(database)
    assert proof["number"] in after
    assert len(after) < len(before)
    assert list((settings.data_dir / "attachments").iterdir()) == []
    closed = await anyone.get(f"/v1/applications/{application_id}", headers=headers)
    assert closed.status_code == 403
    found = {"receipt": done["receipt"], "phone_last4": "0001"}
    assert (await channel.get("/v1/applications/by-receipt", params=found)).status_code == 404
    view = (await channel.get(f"/v1/applications/{application_id}")).json()
    assert (view["status"], view["answers"]) == ("withdrawn", {})
    assert [event["kind"] for event in view["events"]][-2:] == ["withdraw", "emptied"]


async def test_after_an_erasure_the_person_may_apply_again(anyone):
    first, headers = await open_draft(anyone)
    await submit(anyone, first, headers)
    await anyone.delete(f"/v1/applications/{first}/personal-data", headers=headers)

    second, others = await open_draft(anyone)
    again = await submit(anyone, second, others)

    assert again.status_code == 200


async def test_the_papers_of_an_approved_loan_are_kept(anyone, database):
    application_id, headers = await open_draft(anyone)
    await submit(anyone, application_id, headers)
    async with database.writing() as session:
        await session.execute(text("UPDATE applications SET status = 'approved'"))

    refused = await anyone.delete(
        f"/v1/applications/{application_id}/personal-data", headers=headers
    )

    assert (refused.status_code, refused.json()["code"]) == (409, "erasure_refused")
    held, _ = unpacked(
        await anyone.get(f"/v1/applications/{application_id}/personal-data", headers=headers)
    )
    assert id_number() in held["填写内容"].values()


async def test_an_address_of_a_copy_is_good_once_and_not_for_long(anyone, channel, clock):
    application_id, headers = await open_draft(anyone)
    path = f"/v1/applications/{application_id}/personal-data/link"

    stranger = await anyone.post(path, headers=headers)
    link, late = [(await channel.post(path)).json()["path"] for _ in range(2)]
    held, _ = unpacked(await anyone.get(link))
    again = await anyone.get(link)
    clock.ahead = timedelta(minutes=11)
    too_late = await anyone.get(late)

    assert stranger.status_code == 403  # only channels hand addresses out
    assert id_number() in held["填写内容"].values()
    assert (again.status_code, again.json()["code"]) == (404, "copy_not_found")
    assert too_late.status_code == 404


async def test_staff_copy_and_erase_with_a_reason_that_is_kept(anyone, administrator):
    application_id, headers = await open_draft(anyone)
    receipt = (await submit(anyone, application_id, headers)).json()["receipt"]
    asked = {"receipt": receipt, "reason": "本人到窗口，核对了证件"}

    held, _ = unpacked(
        await anyone.post("/v1/staff/personal-data/copies", json=asked, headers=administrator)
    )
    proof = (
        await anyone.post("/v1/staff/personal-data/erasures", json=asked, headers=administrator)
    ).json()
    log = (await anyone.get("/v1/staff/personal-data/log", headers=administrator)).json()

    assert held["受理编号"] == receipt
    assert proof["actor"] == "chief"
    assert [(line["act"], line["reason"]) for line in log] == [
        ("erasure", asked["reason"]),
        ("copy", asked["reason"]),
    ]


async def test_a_clerk_may_neither_copy_nor_erase(api, anyone):
    await part_of(api, StaffService).add("clerk", "演示", StaffRole.CLERK, PASSWORD)
    body = {"login": "clerk", "password": PASSWORD}
    token = (await anyone.post("/v1/staff/login", json=body)).json()["token"]
    asked = {"receipt": "CD20261130-000001-1", "reason": "本人到窗口"}

    answers = [
        await anyone.post(
            f"/v1/staff/personal-data/{what}",
            json=asked,
            headers={"Authorization": f"Bearer {token}"},
        )
        for what in ("copies", "erasures")
    ]

    assert [a.status_code for a in answers] == [403, 403]


@pytest.mark.parametrize(("status", "days"), [("draft", 90), ("withdrawn", 30)])
async def test_what_lay_untouched_for_its_time_is_emptied(
    api, anyone, channel, settings, clock, status, days
):
    application_id, headers = await open_draft(anyone)
    await attach(anyone, application_id, headers)
    if status == "withdrawn":
        await anyone.post(f"/v1/applications/{application_id}/withdrawal", headers=headers)

    clock.ahead = timedelta(days=days - 1)
    early = await part_of(api, PrivacyService).forget()
    clock.ahead = timedelta(days=days + 1)
    late = await part_of(api, PrivacyService).forget()

    assert early.counts.get("applications", 0) == 0
    assert (late.counts["applications"], late.counts["attachments"]) == (1, 1)
    view = (await channel.get(f"/v1/applications/{application_id}")).json()
    assert (view["status"], view["answers"]) == ("withdrawn", {})
    assert list((settings.data_dir / "attachments").iterdir()) == []


async def test_what_is_in_hand_is_never_forgotten_by_age(api, anyone, channel, clock):
    application_id, headers = await open_draft(anyone)
    await submit(anyone, application_id, headers)

    clock.ahead = timedelta(days=2000)
    await part_of(api, PrivacyService).forget()

    view = (await channel.get(f"/v1/applications/{application_id}")).json()
    assert view["status"] == "submitted"
    assert view["answers"]["business_name"]


async def test_conversations_and_questions_end_too(api, channel, clock):
    state = {"version": 0, "state": {"history": ["演示"]}}
    await channel.put("/v1/conversations/http:demo", json=state)

    clock.ahead = timedelta(days=179)
    await part_of(api, PrivacyService).forget()
    kept = (await channel.get("/v1/conversations/http:demo")).json()
    clock.ahead = timedelta(days=181)
    proof = await part_of(api, PrivacyService).forget()
    gone = (await channel.get("/v1/conversations/http:demo")).json()

    assert kept["version"] == 1
    assert proof.counts["conversations"] == 1
    assert gone == {"version": 0, "state": {}}


async def test_a_night_is_done_once_by_however_many_processes(api, clock):
    first = await part_of(api, PrivacyService).forget_nightly()
    second = await part_of(api, PrivacyService).forget_nightly()
    clock.ahead = timedelta(hours=24)
    next_night = await part_of(api, PrivacyService).forget_nightly()

    assert first is not None
    assert second is None
    assert next_night is not None


async def test_files_left_by_a_crash_are_swept_but_young_ones_stay(api, anyone, settings, clock):
    application_id, headers = await open_draft(anyone)
    kept = await attach(anyone, application_id, headers)
    stray = settings.data_dir / "attachments" / ("0" * 32)
    stray.write_bytes(b"left by a crash")

    await part_of(api, PrivacyService).forget()
    was_spared = stray.exists()
    clock.ahead = timedelta(days=2)
    proof = await part_of(api, PrivacyService).forget()

    assert was_spared
    assert proof.counts["stray_files"] == 1
    assert [path.name for path in (settings.data_dir / "attachments").iterdir()] == [kept]


@pytest.fixture
def run(settings, monkeypatch):
    """The command line on the same installation; runs in a thread of its own loop."""
    monkeypatch.setenv("CHUANGDAI_DATABASE_URL", settings.url)

    async def invoke(*words: str, code: int = 0) -> str:
        command = ["privacy", *words, "--data-dir", str(settings.data_dir)]
        ended = await to_thread.run_sync(lambda: CliRunner().invoke(app, command))
        assert ended.exit_code == code, ended.output
        return ended.output

    return invoke


async def test_the_commands_copy_erase_and_list(anyone, tmp_path, run):
    application_id, headers = await open_draft(anyone)
    receipt = (await submit(anyone, application_id, headers)).json()["receipt"]
    copied = tmp_path / "copy.zip"

    await run("copy", receipt, "--to", str(copied), "--reason", "本人到窗口")
    erased = await run("erase", receipt, "--reason", "本人到窗口", "--yes")
    listed = await run("log")

    with zipfile.ZipFile(copied) as archive:
        assert id_number() in archive.read("data.json").decode()
    assert copied.stat().st_mode & 0o777 == 0o600
    assert "填写内容 18" in erased
    assert "导出" in listed
    assert "删除" in listed
