"""Ordinary questions, drafts and health beside long texts, against a running server."""

import asyncio
import os
import statistics
import time
from collections import Counter
from pathlib import Path

import httpx

from knowledge.evaluation.calibration import calibration_questions
from tests.fakes.running_server import RunningServer

ORDINARY_ASKERS = 4
PAUSE_S = 0.25
PATIENCE_S = 120
STORY = "我是任城区的退伍军人，2021年开了个饭店，员工三个人，生意时好时坏，家里还有老人要照顾。"


def long_text(number: int, length: int) -> str:
    """Words of the field told at length; no two alike, so that nothing can be remembered."""
    beginning, end = f"我是第{number}位。", "个人创业担保贷款最多能贷多少？"
    return beginning + (STORY * length)[: length - len(beginning) - len(end)] + end


class Timed:
    """How long requests took, and how they ended."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.endings: Counter[str] = Counter()

    async def send(self, client: httpx.AsyncClient, method: str, url: str, **content) -> None:
        started = time.perf_counter()
        try:
            ending = str((await client.request(method, url, **content)).status_code)
        except httpx.TimeoutException:
            ending = "no answer"
        self.seconds.append(time.perf_counter() - started)
        self.endings[ending] += 1

    @property
    def p95(self) -> float:
        return sorted(self.seconds)[int(0.95 * len(self.seconds))]

    def row(self) -> tuple[str, ...]:
        p50, most = statistics.median(self.seconds), max(self.seconds)
        endings = ", ".join(f"{count} × {name}" for name, count in self.endings.items())
        return (f"{p50:.2f}", f"{self.p95:.2f}", f"{most:.2f}", endings)


class Load:
    """One run: ordinary questions, drafts and health go on while long texts are worked on.

    ``most_mb`` is the most memory that the server was seen to have.
    """

    def __init__(self, server: RunningServer) -> None:
        self._client = httpx.AsyncClient(base_url=server.url, timeout=PATIENCE_S)
        self._pid, self.most_mb = server.process.pid, 0.0
        self.ordinary, self.drafts, self.health, self.long = Timed(), Timed(), Timed(), Timed()

    async def run(self, long_texts: list[str], *, at_least_s: float = 8) -> None:
        asked, _ = calibration_questions()
        async with self._client:
            beside = [
                asyncio.create_task(self._ask(asked[n::ORDINARY_ASKERS]))
                for n in range(ORDINARY_ASKERS)
            ]
            beside.append(asyncio.create_task(self._keep_looking()))
            beside.append(asyncio.create_task(self._keep_weighing()))
            sent = [
                self.long.send(self._client, "POST", "/v1/answers", json={"question": text})
                for text in long_texts
            ]
            await asyncio.gather(asyncio.sleep(at_least_s), *sent)
            for task in beside:
                task.cancel()
            await asyncio.gather(*beside, return_exceptions=True)

    async def _ask(self, questions: list[str]) -> None:
        while True:
            for question in questions:
                asked = {"question": question, "region": "370811"}
                await self.ordinary.send(self._client, "POST", "/v1/answers", json=asked)
                await asyncio.sleep(PAUSE_S)

    async def _keep_looking(self) -> None:
        while True:
            await self.health.send(self._client, "GET", "/healthz")
            new = {"form": "personal"}
            await self.drafts.send(self._client, "POST", "/v1/applications", json=new)
            await asyncio.sleep(PAUSE_S)

    async def _keep_weighing(self) -> None:
        while True:
            self.most_mb = max(self.most_mb, _resident_mb(self._pid))
            await asyncio.sleep(0.05)


def wait_for_vectors(pid: int) -> None:
    """Until the background threads that load vectors have come to rest."""
    before = -1.0
    while (now := _cpu_seconds(pid)) - before > 0.05:
        before = now
        time.sleep(1)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
