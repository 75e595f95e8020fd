"""A folder of the version before, opened by this one."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator

import pytest
from sqlalchemy.exc import DBAPIError

from api.applications.repository import ApplicationRepository
from api.errors import KeyMismatchError, KeyMissingError
from api.keys import rotation
from api.settings import ApiSettings
from api.storage import sealed_files
from tests.factories import id_number
from tests.fakes.looking import contents, execute, said
from tests.fakes.old_installation import PDF, OldInstallation, old_receipt
from tests.fakes.running_server import COMMAND
from tests.integration.test_applications import open_draft, submit
from tests.integration.test_keys import serving, storage

MARKED = {
    "business_name": "标记店名甲乙丙",
    "use_of_funds": "标记用途丁戊",
    "amount_yuan": 21_700_013,
}
SECRETS = ["标记店名", "标记用途", "21700013", id_number(1), "13800000001", "张演示"]
MANY = 500


def in_script(number: str, first: str) -> str:
    """The number as its owner could type it, all but the check digit."""
    return "".join(chr(ord(first) + int(digit)) for digit in number[:-1]) + number[-1]


@pytest.fixture
def old(settings) -> Iterator[OldInstallation]:
    installation = OldInstallation(settings.url, settings.data_dir)
    yield installation
    installation.engine.dispose()


async def test_all_of_an_old_folder_is_readable_and_none_of_it_in_plain(old, settings):
    application_id = old.submit(1, **MARKED)
    old.converse("telegram:1", {"region": "370811"})
    old.converse("telegram:2", {"told": ["标记对话"]})
    before = said(settings.url, settings.data_dir.parent)
    assert "标记店名" in before

    async with serving(settings) as client:
        view = (await client.get(f"/v1/applications/{application_id}")).json()
        held = (await client.get("/v1/conversations/telegram:1")).json()
        receipt = {"receipt": view["receipt"], "phone_last4": "0001"}
        found = await client.get("/v1/applications/by-receipt", params=receipt)
        again = await submit(client, application_id, {}, key="k1")
        other_body = await submit(client, application_id, {}, key="k1", json={"a": 1})
        async with storage(settings) as (database, vault):
            (path,) = (settings.data_dir / "attachments").iterdir()
            place = rotation.Place("attachments", "content", (path.name,))
            async with database.reading() as session:
                content = await vault.open_bytes(session, path.read_bytes(), place)

    after = said(settings.url, settings.data_dir.parent)
    assert [secret for secret in [*SECRETS, "标记对话"] if secret in after] == []
    assert view["answers"]["business_name"] == MARKED["business_name"]
    assert view["answers"]["phone"] == "138****0001"
    assert held == {"version": 1, "state": {"region": "370811"}}
    assert found.json()["id"] == application_id
    assert (again.status_code, again.json()["receipt"]) == (200, view["receipt"])
    assert other_body.json()["code"] == "idempotency_key_reused"
    assert content == PDF


async def test_after_a_rotation_the_first_key_opens_nothing_any_more(old, settings):
    old.submit(1)

    async with storage(settings) as (database, vault):
        await rotation.rotate(database, vault, sealed_files(settings))
        counts = await rotation.usage(database, sealed_files(settings))

    assert len(counts) == 1
    assert "1" not in counts


@pytest.mark.parametrize("harm", ["lost", "other"])
async def test_without_its_key_an_old_folder_is_left_as_it_was(old, settings, harm):
    old.submit(1, **MARKED)
    key = settings.data_dir / "keys" / "encryption"
    key.unlink() if harm == "lost" else key.write_text("some other key of that length")
    before = contents(settings.url)

    with pytest.raises(KeyMissingError if harm == "lost" else KeyMismatchError):
        async with storage(settings):
            pass

    assert contents(settings.url) == before
    assert key.exists() == (harm == "other")


async def test_one_person_in_several_scripts_becomes_one_and_the_later_are_marked(old, settings):
    number = id_number(1)
    spellings = [in_script(number, "٠"), number, in_script(number, "０"), in_script(number, "०")]
    ids = [old.submit(1, receipt=4 - i, id_number=n) for i, n in enumerate(spellings)]
    first = ids[-1]

    async with serving(settings) as client:
        views = [(await client.get(f"/v1/applications/{i}")).json() for i in ids]
        new, headers = await open_draft(client, serial=1)
        refused = await submit(client, new, headers)
        # Also once the first is gone: the marked ones are active still.
        await client.post(f"/v1/applications/{first}/withdrawal")
        refused_again = await submit(client, new, headers, key="k2")

    async with storage(settings) as (database, vault), database.reading() as session:
        marked = await ApplicationRepository(session, vault).marked_duplicates()
    rows = dict(execute(settings.url, "SELECT id, duplicate_of FROM applications"))
    keys = execute(
        settings.url, "SELECT DISTINCT applicant_key FROM applications WHERE receipt IS NOT NULL"
    )
    assert [view["status"] for view in views] == ["submitted"] * 4
    assert [rows[i] for i in ids] == [first, first, first, None]
    assert [[event["kind"] for event in view["events"]] for view in views] == [
        ["duplicate"],
        ["duplicate"],
        ["duplicate"],
        [],
    ]
    assert sorted(marked) == [old_receipt(n) for n in (2, 3, 4)]
    assert len(keys) == 1
    assert refused.json()["code"] == refused_again.json()["code"] == "duplicate_application"


async def test_an_old_value_that_does_not_open_is_kept_and_said_to_be_broken(old, settings):
    broken, well = old.submit(1, receipt=1, **MARKED), old.submit(2, receipt=2)
    old.converse("telegram:1", {"a": 1})
    execute(settings.url, "UPDATE applications SET personal='AAAA' WHERE id=:id", id=broken)
    execute(settings.url, "UPDATE conversations SET state='AAAA'")

    async with serving(settings) as client:
        answer = await client.get(f"/v1/applications/{broken}")
        other = await client.get(f"/v1/applications/{well}")
        conversation = await client.get("/v1/conversations/telegram:1")

    assert answer.json()["code"] == conversation.json()["code"] == "seal_broken"
    assert other.status_code == 200
    assert "标记店名" not in said(settings.url, settings.data_dir.parent)


async def test_an_upgrade_that_is_killed_is_ended_by_the_next_start(old, settings):
    old.submit_many([(n, n) for n in range(1, MANY)])

    first = killed_midway(settings, ["db", "migrate"], sealed_count)
    second = killed_midway(settings, ["db", "migrate"], sealed_count)
    run(settings, ["db", "migrate"])
    async with storage(settings) as (database, _):
        counts = await rotation.usage(database, sealed_files(settings))

    assert 0 < first < second < MANY - 1
    assert counts.total() == 2 * (MANY - 1) + MANY // 10
    assert len(counts) == 1


async def test_a_rotation_that_is_killed_is_ended_by_the_next_one(old, settings):
    old.submit_many([(n, n) for n in range(1, MANY)])
    async with storage(settings) as (database, _):
        (first,) = await rotation.usage(database, sealed_files(settings))

    def moved(url: str) -> int:
        query = "SELECT count(*) FROM applications WHERE answers NOT LIKE :first"
        return execute(url, query, first=f"2.{first}.%")[0][0]

    sealed = killed_midway(settings, ["keys", "rotate"], moved)
    assert 0 < sealed < MANY - 1
    done = run(settings, ["keys", "rotate"])
    async with storage(settings) as (database, _):
        counts = await rotation.usage(database, sealed_files(settings))

    assert "上次没做完" in done.stdout
    assert len(counts) == 1
    assert first not in counts
    assert len(execute(settings.url, "SELECT id FROM data_keys WHERE purpose='seal'")) == 3


async def test_two_processes_that_open_an_old_folder_at_once_both_start(old, settings):
    old.submit_many([(n, n) for n in range(1, 300)])

    both = [start(settings, ["db", "migrate"]) for _ in range(2)]
    ends = [process.communicate(timeout=120) for process in both]

    assert [process.returncode for process in both] == [0, 0], ends
    async with storage(settings) as (database, _):
        counts = await rotation.usage(database, sealed_files(settings))
    assert counts.total() == 2 * 299 + 30
    assert len(counts) == 1


def sealed_count(url: str) -> int:
    return execute(url, "SELECT count(*) FROM applications WHERE answers LIKE '2.%'")[0][0]


def killed_midway(settings: ApiSettings, arguments: list[str], count) -> int:
    """Start a command, kill it as soon as it has begun its work; how much was done."""
    process = start(settings, arguments)
    before = None
    while process.poll() is None:
        try:
            now = count(settings.url)
        except DBAPIError:  # the columns are there a moment later
            now = None
        before = now if before is None else before
        if now is not None and before is not None and now > before:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.002)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGKILL), err
    return count(settings.url)


def start(settings: ApiSettings, arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [COMMAND, *arguments, "--data-dir", str(settings.data_dir)],
        env={**os.environ, "CHUANGDAI_DATABASE_URL": settings.url, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(settings: ApiSettings, arguments: list[str]) -> subprocess.CompletedProcess[str]:
    process = start(settings, arguments)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return subprocess.CompletedProcess(arguments, 0, out, err)
