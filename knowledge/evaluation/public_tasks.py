"""Scores the retriever on retrieval tasks that nobody here wrote.

A task is a folder with ``passages.jsonl`` (``id``, ``title``, ``text``) and
``queries.jsonl`` (``text``, ``rel``: ids of the right passages), plain or gzipped.
Its passages go through the chunks, the store and the retriever that answer questions,
so what is measured is what serves.
"""

import gzip
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from langchain_core.embeddings import Embeddings

from knowledge.documents import (
    NATION,
    Clause,
    DocumentKind,
    DocumentStatus,
    PolicyDocument,
    Source,
    SourceKind,
    Topic,
)
from knowledge.evaluation.ranks import DEPTH
from knowledge.index.builder import build_index
from knowledge.index.chunks import Chunk
from knowledge.index.store import ChunkStore
from knowledge.kit.errors import ChuangdaiError
from knowledge.retrieval.hybrid import ClauseRetriever, Hit, Scope
from knowledge.retrieval.scoring import PLAIN
from knowledge.understanding.normaliser import fold, normalise

SEED = 7  # the same sample in every run


class TaskError(ChuangdaiError):
    """A folder holds no retrieval task that can be read."""

    code = "retrieval_task_invalid"


@dataclass(frozen=True, slots=True)
class Query:
    """A question and the ids of the passages that answer it."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Task:
    """Passages as the index takes them, and the questions on them."""

    name: str
    chunks: tuple[Chunk, ...]
    queries: tuple[Query, ...]

    def sample(self, size: int) -> "Task":
        """The same passages with at most ``size`` of the questions."""
        if len(self.queries) <= size:
            return self
        drawn = random.Random(SEED).sample(self.queries, size)
        return Task(self.name, self.chunks, tuple(drawn))


@dataclass(frozen=True, slots=True)
class TaskScore:
    """Ranks of the first right passage from 1 (None: not among ten), and seconds per question."""

    ranks: tuple[int | None, ...]
    seconds: tuple[float, ...]


def find_tasks(folder: Path) -> list[Path]:
    """The task folders in ``folder`` or its ``tasks``, smallest first.

    Raises:
        TaskError: there are none.
    """
    found = [path.parent for path in folder.glob("**/passages.jsonl*")]
    if not found:
        raise TaskError(f"no passages.jsonl or passages.jsonl.gz below {folder}")
    return sorted(found, key=lambda path: sum(f.stat().st_size for f in path.iterdir()))


def load_task(folder: Path) -> Task:
    """Read a task.

    Raises:
        TaskError: a file is missing or broken.
    """
    try:
        chunks = tuple(
            chunk_passage(row["id"], row["title"], row["text"]) for row in _rows(folder, "passages")
        )
        queries = tuple(
            Query(row["text"], frozenset(row["rel"])) for row in _rows(folder, "queries")
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise TaskError(f"cannot read the task {folder.name}: {error!r}") from error
    return Task(folder.name, chunks, queries)


def index_task(
    task: Task,
    embeddings: Embeddings,
    model_id: str,
    directory: Path,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> ClauseRetriever:
    """A retriever on the passages. Vectors once made stay in ``directory`` for the next run."""
    store = ChunkStore(embeddings, model_id, directory=directory / task.name)
    build_index(task.chunks, store, on_progress)
    retriever = ClauseRetriever(task.chunks, live=lambda: None)
    retriever.use_vectors(store, PLAIN)
    return retriever


def score_task(
    task: Task,
    retriever: ClauseRetriever,
    embeddings: Embeddings,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> TaskScore:
    """Search for every question as the service does: folded, embedded, fused."""
    ranks, seconds = [], []
    for done, query in enumerate(task.queries, start=1):
        started = time.perf_counter()
        hits = search(retriever, embeddings, query.text)
        seconds.append(time.perf_counter() - started)
        ranks.append(first_rank([hit.chunk.id for hit in hits], query.relevant))
        on_progress(done, len(task.queries))
    return TaskScore(tuple(ranks), tuple(seconds))


def search(retriever: ClauseRetriever, embeddings: Embeddings, words: str) -> list[Hit]:
    """The best hits for words as someone typed them, whatever the place and the day."""
    folded = normalise(words).text
    scope = Scope(regions=None, on=date.max)
    return retriever.find(folded, embeddings.embed_query(folded), scope, top_k=DEPTH)


def first_rank(ids: Sequence[str], relevant: frozenset[str]) -> int | None:
    """Place of the first right one, from 1."""
    return next((place for place, id_ in enumerate(ids, 1) if id_ in relevant), None)


def chunk_passage(id_: str, title: str, passage: str) -> Chunk:
    """A passage as the only clause of a document in force everywhere, so that nothing tilts it."""
    text = fold(f"{title}\n{passage}").text or " "
    clause = Clause(
        document_id="passage", id="p", heading="passage", text=text, topics=(Topic.OTHER,)
    )
    document = PolicyDocument(
        id="passage",
        title="passage",
        kind=DocumentKind.POLICY,
        region=NATION,
        status=DocumentStatus.IN_FORCE,
        sources=(Source(title="public task", kind=SourceKind.PRESS),),
        clauses=(clause,),
    )
    return Chunk(id=id_, document=document, clause=clause, text=text)


def _rows(folder: Path, name: str) -> list[dict[str, Any]]:
    plain = folder / f"{name}.jsonl"
    if plain.exists():
        return [json.loads(line) for line in plain.read_text("utf-8").splitlines() if line]
    with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
