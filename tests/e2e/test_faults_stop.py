"""Told to stop, the server finishes what it took; busy for long, it says so."""

import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.fakes.running_server import RunningServer

DRAFT = {"form": "personal", "channel": "http"}
QUESTION = {"question": "山东个人最多能贷多少"}


@pytest.fixture
def server(tmp_path) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path / "data", command="api", CHUANGDAI_VECTORS="false").start()
    yield running
    if running.process.poll() is None:
        running.stop()


@pytest.fixture
def writer(server) -> Iterator[sqlite3.Connection]:
    """Another process that writes into the same database."""
    path = server.data_dir / "chuangdai.db"
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    yield connection
    connection.close()


def test_a_request_that_was_taken_is_answered_before_the_server_ends(server, writer):
    writer.execute("BEGIN IMMEDIATE")
    with ThreadPoolExecutor() as people:
        draft = people.submit(httpx.post, f"{server.url}/v1/applications", json=DRAFT, timeout=30)
        time.sleep(0.7)
        server.process.terminate()
        time.sleep(0.7)
        writer.execute("ROLLBACK")
        opened = draft.result()
    server.wait_for_end()

    assert opened.status_code == 201
    rows = writer.execute("SELECT id FROM applications").fetchall()
    assert rows == [(opened.json()["id"],)]


def test_a_question_just_answered_is_recorded_before_the_server_ends(server, writer):
    answer = httpx.post(f"{server.url}/v1/answers", json=QUESTION, timeout=30).json()
    server.process.terminate()
    server.wait_for_end()

    assert writer.execute("SELECT id FROM questions").fetchall() == [(answer["id"],)]


def test_while_another_process_writes_for_long_people_are_told_to_come_again(server, writer):
    writer.execute("BEGIN IMMEDIATE")
    asked = time.monotonic()
    with ThreadPoolExecutor(8) as people:
        drafts = [
            people.submit(httpx.post, f"{server.url}/v1/applications", json=DRAFT, timeout=60)
            for _ in range(8)
        ]
        answer = httpx.post(f"{server.url}/v1/answers", json=QUESTION, timeout=30)
        told = [draft.result() for draft in drafts]
    waited = time.monotonic() - asked
    writer.execute("ROLLBACK")
    later = httpx.post(f"{server.url}/v1/applications", json=DRAFT, timeout=30)

    assert answer.json()["status"] == "answered"
    assert {response.status_code for response in told} == {503}
    assert {response.json()["code"] for response in told} == {"overloaded"}
    assert all(int(response.headers["retry-after"]) > 0 for response in told)
    assert waited < 20
    assert later.status_code == 201
    assert "incident" not in server.log()
