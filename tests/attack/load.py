"""Many clients at once, each in a thread, and what each request took."""

import math
import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.attack.arena import Server

QUESTIONS = (
    "济宁个人最多能贷多少",
    "山东个人最多能贷多少",
    "退役军人能申请吗",
    "利息谁来出",
    "要带什么材料",
    "小微企业最多贷多少",
    "贷款期限最长几年",
    "成都返乡农民工能贷多少",
    "有房贷还能申请吗",
    "还款以后可以再贷吗",
    "反担保有什么要求",
    "合伙创业最多贷多少",
)
_COMMON = "创业担保贷款个人小微企业贴息利率期限额度申请材料审核银行经办机构人社部门财政基金反保证"


@dataclass(frozen=True, slots=True)
class Sample:
    """One request: when it began, how long it took, how it ended (0: no answer)."""

    kind: str
    began: float
    seconds: float
    status: int


class TimedClient(httpx.Client):
    """A client whose requests are all noted under one kind."""

    def __init__(self, server: Server, kind: str, samples: list[Sample], timeout: float) -> None:
        super().__init__(base_url=server.url, timeout=timeout, trust_env=False)
        self._kind, self._samples = kind, samples

    def send(self, request: httpx.Request, **more: Any) -> httpx.Response:
        """Send and note."""
        began = time.monotonic()
        status = 0
        try:
            response = super().send(request, **more)
            status = response.status_code
        finally:
            sample = Sample(self._kind, began, time.monotonic() - began, status)
            self._samples.append(sample)
        return response


@dataclass(slots=True)
class Crowd:
    """Threads that each repeat something until they are told to stop."""

    server: Server
    timeout: float = 90
    samples: list[Sample] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def add(
        self,
        kind: str,
        work: Callable[[httpx.Client], None],
        *,
        count: int = 1,
        pause: tuple[float, float] = (0.2, 0.3),
        times: int | None = None,
    ) -> None:
        """Let ``count`` threads do ``work`` again and again, or a number of times."""
        for _ in range(count):
            thread = threading.Thread(
                target=self._repeat, args=(kind, work, pause, times), daemon=True
            )
            self._threads.append(thread)
            thread.start()

    def wait(self, within_s: float) -> None:
        """Until all threads have ended of themselves, or time is up."""
        end = time.monotonic() + within_s
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    def stop(self) -> None:
        """Tell all to stop, and wait for what they are at."""
        self.stopping.set()
        for thread in self._threads:
            thread.join(self.timeout)
        self._threads.clear()

    def of(self, *kinds: str) -> list[Sample]:
        """The samples of some kinds."""
        return [sample for sample in list(self.samples) if sample.kind in kinds]

    def _repeat(
        self,
        kind: str,
        work: Callable[[httpx.Client], None],
        pause: tuple[float, float],
        times: int | None,
    ) -> None:
        with TimedClient(self.server, kind, self.samples, self.timeout) as client:
            while not self.stopping.is_set() and times != 0:
                times = None if times is None else times - 1
                # What did not work is among the samples.
                with suppress(httpx.HTTPError, AssertionError, KeyError):
                    work(client)
                self.stopping.wait(random.uniform(*pause))


class PeakMemory:
    """Watches the memory of a server while something is done."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._stopping = threading.Event()
        self.before_mb = self.peak_mb = server.resident_mb()

    def __enter__(self) -> "PeakMemory":
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopping.wait(0.2):
            self.peak_mb = max(self.peak_mb, self._server.resident_mb())


def quantile(samples: list[Sample], share: float) -> float:
    """Seconds within which that share of the samples ended; NaN without any."""
    ranked = sorted(sample.seconds for sample in samples)
    return ranked[math.ceil(share * len(ranked)) - 1] if ranked else math.nan


def longest(samples: list[Sample]) -> float:
    """Seconds of the slowest."""
    return max((sample.seconds for sample in samples), default=math.nan)


def share_ok(samples: list[Sample]) -> float:
    """Share of those that were answered as asked."""
    return sum(200 <= s.status < 300 for s in samples) / len(samples) if samples else math.nan


def errors(samples: list[Sample]) -> int:
    """How many ended in an error of the server's, or without an answer."""
    return sum(s.status == 0 or s.status == 500 for s in samples)


def statuses(samples: list[Sample]) -> dict[str, int]:
    """How often each status came."""
    found: dict[str, int] = {}
    for sample in samples:
        found[str(sample.status)] = found.get(str(sample.status), 0) + 1
    return dict(sorted(found.items()))


def long_text(length: int, number: int) -> str:
    """A text without an end, another for each number."""
    kind, source = number % 3, random.Random(number)
    if kind == 0:
        return "贷" * (length - 3) + f"{number:03d}"
    if kind == 1:
        return "".join(source.choice(_COMMON) for _ in range(length))
    return "".join(chr(source.randrange(0x4E00, 0x9FA0)) for _ in range(length))


def ask(client: httpx.Client) -> None:
    """An ordinary question."""
    client.post("/v1/answers", json={"question": random.choice(QUESTIONS)})
