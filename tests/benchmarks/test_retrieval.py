"""Retrieval side by side: `make bench-retrieval`.

Same questions, same texts, same embedder, each retriever in a process of its own. Embedding
is left out of the index time: it costs every one of them the same for the same text.
CHUANGDAI_RETRIEVAL_TASKS names a folder of public tasks; without it they are skipped.
"""

import importlib.util
import multiprocessing
import os
import random
import re
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from rich.console import Console
from rich.table import Table

from knowledge.app import build_knowledge
from knowledge.evaluation.paraphrases import answers, generate_paraphrases
from knowledge.evaluation.public_tasks import find_tasks, load_task
from knowledge.evaluation.ranks import rank_shares
from knowledge.index.chunks import text_digest
from knowledge.index.embedder import ReadingEmbeddings
from knowledge.rules.parameters import figures_in
from knowledge.understanding.model.message_model import MessageModel
from tests.benchmarks import rivals

QUESTIONS = 200
PASSAGES = 600
TODAY = date(2026, 11, 23)
KEPT = Path(os.environ.get("CHUANGDAI_BENCH_VECTORS", "data/bench"))

pytestmark = [
    pytest.mark.benchmark,
    # The frameworks compared with are no dependency of the tests, only of this table.
    pytest.mark.skipif(
        not all(map(importlib.util.find_spec, ("haystack", "llama_index"))),
        reason="needs the extra bench",
    ),
]
console = Console(width=110)


class Asked(NamedTuple):
    """A question, and the (document, words) one of which a right piece holds."""

    text: str
    right: tuple[tuple[str, str], ...]


class Row(NamedTuple):
    pieces: int
    ranks: list[int | None]
    index_seconds: float
    seconds: list[float]
    megabytes: float


class KeptEmbeddings(Embeddings):
    """The one embedder of all; passages come from disk the second time, time is counted apart."""

    def __init__(self, folder: Path) -> None:
        self._model, self._folder, self.spent = ReadingEmbeddings(MessageModel()), folder, 0.0
        folder.mkdir(parents=True, exist_ok=True)
        self._model.warm_up()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        started = time.perf_counter()
        vectors = [self._vector(text) for text in texts]
        self.spent += time.perf_counter() - started
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self._model.embed_query(text)

    def _vector(self, text: str) -> list[float]:
        path = self._folder / f"{text_digest(text)}.npy"
        if not path.exists():
            np.save(path, np.asarray(self._model.embed_documents([text])[0], np.float32))
        return np.load(path).tolist()


def own_documents() -> tuple[list[rivals.Text], list[Asked]]:
    """Our documents whole, and questions generated from the figures in force."""
    knowledge = build_knowledge()
    documents = knowledge.documents
    texts = [
        rivals.Text(d.id, d.title, "\n".join(f"{c.heading}：{c.text}" for c in d.clauses))
        for d in documents.values()
    ]
    asked = []
    generated = generate_paraphrases(knowledge.parameters, documents, TODAY)
    for question in random.Random(7).sample(generated, QUESTIONS):
        figures = figures_in(question.value, question.parameter.unit)
        right = tuple(
            (document.id, words)
            for document in documents.values()
            for clause in document.clauses
            if answers(clause, document.region, question)
            for words in _around(clause.text, figures)
        )
        asked.append(Asked(question.text, right))
    return texts, asked


def public_task(folder: Path) -> tuple[list[rivals.Text], list[Asked]]:
    """Questions of a public task, their passages and others at random."""
    task = load_task(folder).sample(QUESTIONS)
    needed = {id_ for query in task.queries for id_ in query.relevant}
    others = [chunk.id for chunk in task.chunks if chunk.id not in needed]
    room = max(PASSAGES - len(needed), 0)
    kept = needed | set(random.Random(7).sample(others, min(room, len(others))))
    texts = [
        rivals.Text(chunk.id, *chunk.text.partition("\n")[::2])
        for chunk in task.chunks
        if chunk.id in kept
    ]
    return texts, [Asked(q.text, tuple((id_, "") for id_ in q.relevant)) for q in task.queries]


def measure(system: type[rivals.System], load: Callable, *arguments: Path) -> Row:
    """In a process of its own, so that memory is that of one system."""
    texts, asked = load(*arguments)
    embeddings, subject = KeptEmbeddings(KEPT), system()
    started = time.perf_counter()
    pieces = subject.index(texts, embeddings)
    indexed = time.perf_counter() - started - embeddings.spent
    for question in asked[:5]:
        subject.search(question.text)
    ranks, seconds = [], []
    for question in asked:
        started = time.perf_counter()
        found = subject.search(question.text)
        seconds.append(time.perf_counter() - started)
        ranks.append(next((n for n, one in enumerate(found, 1) if _is_right(one, question)), None))
    return Row(pieces, ranks, indexed, seconds, _resident_mb())


def alone(work: Callable, *arguments: object) -> Row:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *arguments).result()


def show(title: str, rows: dict[str, Row]) -> None:
    columns = ("pieces", "hit@1", "hit@5", "MRR", "index s", "p50 ms", "p95 ms", "MB")
    table = Table("", *columns, title=title, title_justify="left")
    for name, row in rows.items():
        shares, ranked = rank_shares(row.ranks), sorted(row.seconds)
        table.add_row(
            name,
            str(row.pieces),
            *(f"{100 * s:.1f}" for s in (shares.hit_1, shares.hit_5, shares.mrr)),
            f"{row.index_seconds:.1f}",
            f"{1000 * statistics.median(ranked):.0f}",
            f"{1000 * ranked[int(0.95 * len(ranked))]:.0f}",
            f"{row.megabytes:.0f}",
        )
    console.print(table)


RIVALS = {
    "LangChain: recursive + Chroma": rivals.LangChain,
    "LlamaIndex: sentences + fusion": rivals.LlamaIndex,
    "Haystack: hybrid": rivals.Haystack,
    "Haystack: BM25": rivals.HaystackWords,
}


def test_our_documents():
    systems = {"chuangdai": rivals.OurClauses, **RIVALS}

    rows = {name: alone(measure, system, own_documents) for name, system in systems.items()}

    show(f"{QUESTIONS} paraphrased questions on our documents", rows)


# The tasks may not be given away with the project: whoever has them names their folder.
@pytest.mark.skipif("CHUANGDAI_RETRIEVAL_TASKS" not in os.environ, reason="no public tasks given")
def test_a_public_task():
    folder = find_tasks(Path(os.environ["CHUANGDAI_RETRIEVAL_TASKS"]))[0]
    systems = {"chuangdai": rivals.OurFusion, **RIVALS}

    rows = {name: alone(measure, system, public_task, folder) for name, system in systems.items()}

    show(f"{QUESTIONS} questions of {folder.name} on {PASSAGES} of its passages", rows)


def _around(text: str, figures: set[str]) -> list[str]:
    """Each figure with the words before it; the beginning where the clause has no figure."""
    places = [match for f in figures for match in re.finditer(re.escape(f), text)]
    return [_plain(text[max(m.start() - 8, 0) : m.end()]) for m in places] or [_plain(text[:20])]


def _is_right(found: rivals.Found, asked: Asked) -> bool:
    plain = _plain(found.text)
    return any(found.source == source and words in plain for source, words in asked.right)


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
