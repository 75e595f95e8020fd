"""Long texts of some hold up nobody else: the real server with the real model.

`tests/benchmarks/test_long_texts.py` prints the same at length.
"""

import asyncio

import httpx
import pytest

from tests.fakes.load import Load, long_text, wait_for_vectors
from tests.fakes.running_server import RunningServer

LONG_TEXTS = 24
LENGTH = 1000
HUNG_UP = 60


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = RunningServer(tmp_path_factory.mktemp("data")).start()
    wait_for_vectors(server.process.pid)
    yield server
    server.stop()


def test_ordinary_questions_go_on_beside_long_texts(server):
    alone, loaded = Load(server), Load(server)
    asyncio.run(alone.run([], at_least_s=3))
    asyncio.run(loaded.run([long_text(n, LENGTH) for n in range(LONG_TEXTS)], at_least_s=3))
    figures = httpx.get(f"{server.url}/metrics").text

    assert set(loaded.ordinary.endings) == {"200"}
    # On a machine that others keep busy, what they take is not to be blamed on long texts.
    assert loaded.ordinary.p95 <= max(1, 2 * alone.ordinary.p95)
    assert set(loaded.long.endings) <= {"200", "503"}
    assert loaded.long.endings["200"]
    assert set(loaded.health.endings) == {"200"}
    assert set(loaded.drafts.endings) == {"201"}
    assert max(loaded.drafts.seconds) <= max(2, 2 * max(alone.drafts.seconds))
    assert loaded.most_mb - alone.most_mb < 60
    assert 'chuangdai_work_wait_seconds_count{lane="long"}' in figures


def test_nothing_more_is_begun_for_those_who_hang_up(server):
    async def ask_and_hang_up() -> None:
        async with httpx.AsyncClient(base_url=server.url, timeout=0.3) as client:
            asked = [
                client.post("/v1/answers", json={"question": long_text(n, 1900)})
                for n in range(HUNG_UP)
            ]
            await asyncio.gather(*asked, return_exceptions=True)

    before = begun(server)
    asyncio.run(ask_and_hang_up())
    wait_for_vectors(server.process.pid)  # whatever it still does

    # On a busy machine it takes a while until it is noticed that they have gone.
    assert begun(server) - before < HUNG_UP / 2


def begun(server: RunningServer) -> int:
    """How much long work has been begun so far."""
    figures = httpx.get(f"{server.url}/metrics").text.splitlines()
    count = 'chuangdai_work_wait_seconds_count{lane="long"} '
    return int(float(next(line.removeprefix(count) for line in figures if line.startswith(count))))
