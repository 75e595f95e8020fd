"""Prints the figures of the README: `make bench`. Nothing here fails for being slow."""

import os
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from api.branches.locator import Locator
from knowledge.answering.models import Question
from knowledge.app import build_knowledge
from knowledge.evaluation.calibration import calibration_questions
from knowledge.index.embedder import ReadingEmbeddings
from knowledge.settings import KnowledgeSettings
from knowledge.understanding.labels import Act
from knowledge.understanding.model.message_model import MessageModel
from knowledge.understanding.training.dataset import HELD_OUT_MESSAGES, read_messages
from tests.fakes.running_server import RunningServer

REGIONS = (None, "370811", "510000", "440300")
BRANCHES = 220_000

pytestmark = pytest.mark.benchmark
console = Console(width=100)


def questions() -> list[Question]:
    inside, _ = calibration_questions()
    # One place after the other: a question asked anew at once would find its vector kept.
    return [Question(question=text, region=region) for region in REGIONS for text in inside]


def stories() -> list[Question]:
    """What people tell before they ask: messages of authors that were held out, 50 to 90 long."""
    told = [m.text for m in read_messages([HELD_OUT_MESSAGES]) if m.act is Act.ASK]
    long = [text for text in told if 50 <= len(text) <= 90]
    return [Question(question=text, region=region) for region in REGIONS[:2] for text in long]


def show(title: str, rows: dict[str, str]) -> None:
    table = Table("figure", "value", title=title, title_justify="left")
    for name, value in rows.items():
        table.add_row(name, value)
    console.print(table)


def spread(seconds: list[float]) -> str:
    ranked = sorted(seconds)
    p50, p95 = statistics.median(ranked), ranked[int(0.95 * len(ranked))]
    return f"p50 {1000 * p50:.1f} ms, p95 {1000 * p95:.1f} ms"


def timed(work) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def test_answers_in_process(tmp_path):
    knowledge = build_knowledge()
    indexed = timed(lambda: knowledge.load_vectors(KnowledgeSettings(data_dir=tmp_path)))
    asked, told = questions(), stories()
    for question in asked[:20]:
        knowledge.assistant.answer(question)

    seconds, of_stories = (
        [timed(lambda q=q: knowledge.assistant.answer(q)) for q in some] for some in (asked, told)
    )

    show(
        "Answers in process, no LLM",
        {
            "corpus": f"{len(knowledge.documents)} documents, {len(knowledge.chunks)} clauses",
            "index from shipped vectors": f"{indexed:.1f} s",
            f"answer ({len(asked)} short questions)": spread(seconds),
            f"answer ({len(told)} stories of 50 to 90 characters)": spread(of_stories),
        },
    )


def test_embedding_from_nothing():
    texts = [chunk.text for chunk in build_knowledge().chunks]
    model = ReadingEmbeddings(MessageModel())

    seconds = timed(lambda: model.embed_documents(texts))

    show("Embedding from nothing", {f"{len(texts)} clauses": f"{seconds:.0f} s"})


def test_the_server(tmp_path):
    folders = [tmp_path / "one", tmp_path / "two"]
    first = [RunningServer(folder).start() for folder in folders]
    starts = [server.start_seconds for server in first]
    _wait_for_vectors(first)
    for server in first:
        server.stop()
    servers = [server.start() for server in first]
    second = [server.start_seconds for server in servers]
    _wait_for_vectors(servers)
    idle = _resident_mb(servers[0].process.pid)
    asked = [question.model_dump(mode="json") for question in questions()]

    rates = {}
    for count in (1, 2):
        with ThreadPoolExecutor(8) as pool, httpx.Client(timeout=60) as client:
            urls = [f"{servers[n % count].url}/v1/answers" for n in range(len(asked))]
            seconds = timed(lambda u=urls, c=client, p=pool: list(p.map(_poster(c), u, asked)))
        rates[f"answers over HTTP, {count} worker(s)"] = f"{len(asked) / seconds:.0f} a second"
    with httpx.Client(timeout=60) as client:
        post, url = _poster(client), f"{servers[0].url}/v1/answers"
        for name, some in (("short question", questions()), ("story", stories())):
            bodies = [question.model_dump(mode="json") for question in some[:200]]
            seconds = [timed(lambda b=body: post(url, b)) for body in bodies]
            rates[f"{name} over HTTP, one after the other"] = spread(seconds)
    for server in servers:
        server.stop()

    show(
        "The server, all in one",
        {
            "first start to ready": f"{starts[0]:.1f} s",
            "second start to ready": f"{second[0]:.1f} s",
            "memory when idle": f"{idle:.0f} MB",
            **rates,
        },
    )


def test_the_nearest_branch():
    random = np.random.default_rng(7)
    lats, lons = random.uniform(21, 45, BRANCHES), random.uniform(95, 125, BRANCHES)
    built = timed(lambda: Locator(lats, lons))
    locator = Locator(lats, lons)
    points = random.uniform((21, 95), (45, 125), (2000, 2))

    seconds = [timed(lambda p=p: locator.nearest(p[0], p[1], limit=3)) for p in points]

    show(
        f"Nearest of {BRANCHES:,} generated branches",
        {"index": f"{built:.2f} s", "three nearest": spread(seconds)},
    )


def _poster(client: httpx.Client):
    def post(url: str, body: dict) -> None:
        client.post(url, json=body).raise_for_status()

    return post


def _wait_for_vectors(servers: list[RunningServer]) -> None:
    """Until the background threads that load vectors have come to rest."""
    for server in servers:
        before = -1.0
        while (now := _cpu_seconds(server.process.pid)) - before > 0.05:
            before = now
            time.sleep(1)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident_mb(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
