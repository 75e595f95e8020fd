"""A disk that is full, or read-only for a while: told, survived, nothing acknowledged lost."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.e2e.person import Person
from tests.fakes.running_server import COMMAND, RunningServer
from tests.fakes.sample_policy import SamplePolicy, plain_lines
from tests.fakes.small_disk import SmallDisk

QUESTION = "山东个人最多能贷多少"
PASSWORD = "ein-langes-Kennwort-演示-7"
PDF = b"%PDF-1.7 " + b"x" * 3_000_000
CHANGE = {"answers": {"region": "济宁市任城区"}}


@pytest.fixture
def disk(tmp_path) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "disk", "48m")
    yield disk
    disk.unmount()


@pytest.fixture
def server(disk, tmp_path) -> Iterator[RunningServer]:
    running = RunningServer(disk.folder / "data", log=str(tmp_path / "server.log")).start()
    yield running
    running.stop()


@pytest.fixture
def client(server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


class Draft:
    """An application being filled in over HTTP."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        opened = client.post("/v1/applications", json={"form": "personal", "channel": "http"})
        self.path = f"/v1/applications/{opened.json()['id']}"
        self._headers = {"Authorization": f"Bearer {opened.json()['token']}"}

    def change(self) -> httpx.Response:
        return self._client.patch(self.path, json=CHANGE, headers=self._headers)

    def attach(self, content: bytes = PDF) -> httpx.Response:
        return self._client.post(f"{self.path}/attachments", content=content, headers=self._headers)

    def view(self) -> httpx.Response:
        return self._client.get(self.path, headers=self._headers)


def ready(client: httpx.Client) -> tuple[int, str | None]:
    response = client.get("/readyz")
    return response.status_code, response.json().get("code")


def wait_for(said: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if said():
            return True
        time.sleep(0.2)
    return False


def files_below(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def write_until_full(draft: Draft) -> tuple[int, httpx.Response]:
    """Changes acknowledged, and the first that was not."""
    for done in range(2000):
        response = draft.change()
        if response.status_code != 200:
            return done, response
    raise AssertionError("the disk was never full")


def test_on_a_full_disk_what_needs_room_is_refused_and_all_else_goes_on(
    client, disk, server, tmp_path
):
    draft, mark = Draft(client), "演示" * 8
    acknowledged = draft.attach(PDF).json()["id"]
    before = files_below(disk.folder / "data" / "attachments")
    disk.fill()

    events = len(draft.view().json()["events"])
    changed, refused = write_until_full(draft)
    attached = draft.attach(PDF + b"2")
    answered = client.post("/v1/answers", json={"question": QUESTION + mark})
    nearest = client.get("/v1/branches/nearest?lat=35.41&lon=116.58")
    page = client.get("/")
    seen = draft.view().json()
    full = ready(client)

    for response in (refused, attached):
        assert response.status_code == 507
        assert response.json()["code"] == "disk_full"
        assert response.headers["content-type"] == "application/problem+json"
        assert "请" in response.json()["detail"]
        assert int(response.headers["retry-after"]) > 0
    assert full == (503, "disk_full")
    assert answered.json()["text"]
    assert nearest.json()["branches"]
    assert page.status_code == 200
    assert len(seen["events"]) == events + changed
    assert files_below(disk.folder / "data" / "attachments") == before

    disk.clear()
    assert wait_for(lambda: ready(client) == (200, None))
    assert draft.change().status_code == 200
    assert draft.attach(PDF).json()["id"] == acknowledged
    assert draft.attach(PDF + b"2").status_code == 201
    log = (tmp_path / "server.log").read_text("utf-8")
    assert "Traceback" not in log
    assert log.count("takes no writes") == log.count("takes writes again") == 1


async def test_a_person_who_asks_on_a_full_disk_is_answered_and_one_who_applies_is_told(
    disk, server
):
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        asks, applies = Person(client), Person(client)
        await asks.say(QUESTION)
        await applies.say("我要申请")
        disk.fill()
        spoilt = 0
        for _ in range(500):
            shown = await asks.say(QUESTION)
            assert "30万元" in shown
            if "存不了对话" in shown:
                spoilt += 1
                break

        said = {"conversation_id": applies.conversation_id, "channel": "http", "text": "同意"}
        refused = await client.post("/v1/messages", json=said)
        disk.clear()
        await applies.say("同意")

    assert spoilt == 1
    assert refused.status_code == 507
    assert applies.field == "region"


@pytest.fixture
def staff(disk, tmp_path) -> Iterator[httpx.Client]:
    """An editor, of a server whose temporary files lie on the small disk too."""
    data_dir, temporary = disk.folder / "data", disk.folder / "tmp"
    temporary.mkdir()
    environment = {"CHUANGDAI_STAFF_PASSWORD": PASSWORD, "CHUANGDAI_VECTORS": "false"}
    add = ["staff", "add", "editor", "--role", "editor", "--data-dir", str(data_dir)]
    subprocess.run([COMMAND, *add], env={**os.environ, **environment}, check=True)
    log = str(tmp_path / "server.log")
    server = RunningServer(data_dir, command="api", log=log, TMPDIR=str(temporary), **environment)
    server.start()
    with httpx.Client(base_url=server.url, timeout=60) as client:
        body = {"login": "editor", "password": PASSWORD}
        session = client.post("/v1/staff/login", json=body).json()
        client.headers["Authorization"] = f"Bearer {session['token']}"
        yield client
    server.stop()


def test_a_document_that_finds_no_room_is_refused_and_taken_later(staff, disk):
    notice = "\n".join(plain_lines(SamplePolicy())).encode()
    padded = {"file": ("notice.txt", notice + b" " * 3_000_000)}
    disk.fill()
    refused = staff.post("/v1/staff/ingestions", files=padded)
    left = files_below(disk.folder / "data" / "handed_in")
    disk.clear()
    taken = staff.post("/v1/staff/ingestions", files={"file": ("notice.txt", notice)})
    kept = wait_for(
        lambda: staff.get("/v1/staff/ingestions").json()[0]["state"] == "done", seconds=60
    )

    assert refused.status_code == 507
    assert refused.json()["code"] == "disk_full"
    assert left == set()
    assert taken.status_code == 202
    assert kept


@pytest.mark.parametrize(
    ("spoil", "mend", "code"),
    [
        (SmallDisk.fill, SmallDisk.clear, "disk_full"),
        (SmallDisk.freeze, SmallDisk.thaw, "data_not_writable"),
    ],
)
def test_a_start_on_a_spoilt_disk_is_told_and_goes_well_when_it_is_mended(
    client, disk, server, spoil, mend, code
):
    draft = Draft(client)
    assert draft.attach().status_code == 201
    server.stop()
    spoil(disk)
    server.launch()
    ended = server.wait_for_end()
    mend(disk)
    server.start()

    assert ended == 1
    assert f"（{code}" in server.log()
    assert "Traceback" not in server.log()
    assert draft.change().status_code == 200


def test_an_index_that_finds_no_room_is_built_in_memory(disk, tmp_path):
    disk.fill(leaving=3_000_000)
    log = tmp_path / "server.log"
    server = RunningServer(disk.folder / "data", command="api", log=str(log))
    server.launch()
    try:
        assert wait_for(lambda: "built in memory" in log.read_text("utf-8"), 60), server.log()
        answer = httpx.post(f"{server.url}/v1/answers", json={"question": QUESTION}, timeout=30)
        assert not (disk.folder / "data" / "index").exists()
        assert "30万元" in answer.json()["text"]
    finally:
        server.stop()
