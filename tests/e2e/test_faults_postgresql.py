"""PostgreSQL stopped, hanging or crowded under a running server: told, never an error of ours."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.fakes.own_postgresql import OwnPostgresql
from tests.fakes.running_server import RunningServer

QUESTION = {"question": "山东个人最多能贷多少"}
DRAFT = {"form": "personal", "channel": "http"}


@pytest.fixture
def postgresql() -> Iterator[OwnPostgresql]:
    server = OwnPostgresql()
    yield server
    server.remove()


@pytest.fixture
def server(postgresql, tmp_path: Path) -> Iterator[RunningServer]:
    environment = {"CHUANGDAI_DATABASE_URL": postgresql.url, "CHUANGDAI_VECTORS": "false"}
    running = RunningServer(tmp_path / "data", command="api", **environment).start()
    yield running
    running.stop()


@pytest.fixture
def client(server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=60) as client:
        yield client


def everything(client: httpx.Client) -> list[httpx.Response]:
    """One request of each kind that needs the database."""
    return [
        client.get("/readyz"),
        client.post("/v1/applications", json=DRAFT),
        client.post("/v1/messages", json={"channel": "http", "text": "我要申请"}),
        client.get("/v1/branches/search?q=演示"),
        client.post("/v1/staff/login", json={"login": "nobody", "password": "x" * 12}),
        client.get("/v1/documents"),
    ]


def wait_for(said: Callable[[], bool], seconds: float = 30) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if said():
            return True
        time.sleep(0.2)
    return False


def is_ready(client: httpx.Client) -> bool:
    return client.get("/readyz").status_code == 200


def assert_told(responses: list[httpx.Response]) -> None:
    refused = [response for response in responses if response.status_code != 200]
    assert len(refused) >= 3
    for response in refused:
        assert response.status_code == 503, f"{response.url}: {response.text}"
        assert response.json()["code"] == "database_unreachable"
        assert int(response.headers["retry-after"]) > 0


def test_a_database_that_goes_away_and_comes_back_is_told_and_found_again(
    client, server, postgresql
):
    opened = client.post("/v1/applications", json=DRAFT).json()
    postgresql.stop()
    time.sleep(1)  # what runs behind meets it too
    assert_told(everything(client))
    postgresql.start()

    assert wait_for(lambda: is_ready(client))
    headers = {"Authorization": f"Bearer {opened['token']}"}
    assert client.get(f"/v1/applications/{opened['id']}", headers=headers).status_code == 200
    assert client.post("/v1/answers", json=QUESTION).status_code == 200
    log = server.log()
    assert "incident" not in log
    assert "Traceback" not in log


def test_a_database_that_hangs_holds_nobody_up_for_long(client, server, postgresql):
    client.post("/v1/applications", json=DRAFT)
    postgresql.freeze()
    try:
        asked = time.monotonic()
        with ThreadPoolExecutor(4) as people:
            ready = people.submit(client.get, "/readyz")
            drafts = [people.submit(client.post, "/v1/applications", json=DRAFT) for _ in "abc"]
            health = client.get("/healthz")
            health_s = time.monotonic() - asked
            assert ready.result().status_code == 503
            ready_s = time.monotonic() - asked
            told = [draft.result() for draft in drafts]
        told_s = time.monotonic() - asked
    finally:
        postgresql.thaw()

    assert health.status_code == 200
    assert health_s < 5
    assert ready_s < 10
    assert told_s < 45
    assert {response.status_code for response in told} == {503}
    assert wait_for(lambda: is_ready(client), 60)
    assert client.post("/v1/applications", json=DRAFT).status_code == 201
    assert "incident" not in server.log()


def test_a_server_whose_database_hung_ends_when_it_is_told_to(client, server, postgresql):
    client.post("/v1/applications", json=DRAFT)
    postgresql.freeze()
    try:
        server.process.terminate()
        server.process.wait(timeout=60)
    finally:
        postgresql.thaw()

    assert "Traceback" not in server.log()
