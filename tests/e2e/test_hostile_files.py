"""A file that ends the process that reads it ends it twice, not at every start."""

import json
import os
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.fakes.paper_files import blank_scans_pdf
from tests.fakes.running_server import COMMAND, RunningServer
from tests.fakes.sample_policy import SamplePolicy, plain_lines

PASSWORD = "long enough 演示"


class Desk:
    """A member of staff who hands files in, whatever becomes of the server."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def log_in(self) -> None:
        body = {"login": "editor", "password": PASSWORD}
        session = self._client.post("/v1/staff/login", json=body).raise_for_status().json()
        self._client.headers["Authorization"] = f"Bearer {session['token']}"

    def hand_in(self, name: str, data: bytes) -> None:
        files = {"file": (name, data)}
        self._client.post("/v1/staff/ingestions", files=files).raise_for_status()

    def state_of(self, name: str) -> dict:
        listed = self._client.get("/v1/staff/ingestions").raise_for_status().json()
        return next((one for one in listed if one["name"] == name), {"state": None})


def wait_until(is_so, within_s: float = 60) -> None:
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < within_s, f"not so after {within_s} s"
        time.sleep(0.05)


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    subprocess.run(
        [COMMAND, "staff", "add", "editor", "--role", "editor", "--data-dir", str(folder)],
        env={**os.environ, "CHUANGDAI_STAFF_PASSWORD": PASSWORD},
        check=True,
        capture_output=True,
    )
    return folder


def test_a_file_in_whose_reading_the_server_died_twice_is_set_aside(data_dir):
    server = RunningServer(data_dir, command="api", CHUANGDAI_VECTORS="false").start()
    with httpx.Client(base_url=server.url, timeout=30) as client:
        desk = Desk(client)
        desk.log_in()
        desk.hand_in("坏.pdf", blank_scans_pdf(300))
        for _ in range(2):
            wait_until(lambda: desk.state_of("坏.pdf")["state"] == "reading")
            server.kill()
            server.start()
        try:
            wait_until(lambda: desk.state_of("坏.pdf")["state"] == "set_aside")
            told = desk.state_of("坏.pdf")
            desk.hand_in("好.txt", "\n".join(plain_lines(SamplePolicy())).encode())
            wait_until(lambda: desk.state_of("好.txt")["state"] == "done")
        finally:
            server.stop()

    assert "不再读它" in told["message"]
    assert told["advice"].startswith("请")
    assert [path.suffix for path in sorted((data_dir / "quarantine").iterdir())] == [
        ".json",
        ".pdf",
    ]
    assert list((data_dir / "handed_in").iterdir()) == []


def test_a_document_that_was_kept_before_the_server_died_is_not_set_aside(data_dir):
    notice = "\n".join(plain_lines(SamplePolicy())).encode()
    server = RunningServer(data_dir, command="api", CHUANGDAI_VECTORS="false").start()
    with httpx.Client(base_url=server.url, timeout=30) as client:
        desk = Desk(client)
        desk.log_in()
        desk.hand_in("好.txt", notice)
        wait_until(lambda: desk.state_of("好.txt")["state"] == "done")
        server.kill()
        # As it lies there when the process died just before it would have been deleted.
        left = data_dir / "handed_in" / ("0" * 32)
        left.mkdir()
        (left / "好.txt").write_bytes(notice)
        (left / "attempts").write_text("2", "ascii")
        order = {"name": "好.txt", "region": None, "actor": "editor"}
        (left / "order.json").write_text(json.dumps(order), "utf-8")
        server.start()
        try:
            wait_until(lambda: not left.exists())
            state = desk.state_of("好.txt")["state"]
        finally:
            server.stop()

    assert state == "done"
    assert not (data_dir / "quarantine").exists()
