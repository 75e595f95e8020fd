"""What happens when the corpus grows ten and a hundred times: `make bench-retrieval`.

Further clauses are the real ones with other places, other figures and a sentence from
elsewhere; their vectors lie about the real ones as those of like texts do. Embedding a
question is left out: it costs the same whatever the corpus.
"""

import multiprocessing
import os
import random
import re
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings
from rich.console import Console
from rich.table import Table

from knowledge.app import build_knowledge
from knowledge.evaluation.calibration import calibration_questions
from knowledge.index.builder import build_index
from knowledge.index.chunks import Chunk, text_digest
from knowledge.index.embedder import ReadingEmbeddings, load_vectors
from knowledge.index.store import ChunkStore
from knowledge.regions.divisions import divisions
from knowledge.retrieval.hybrid import ClauseRetriever, Scope
from knowledge.understanding.model.message_model import MessageModel

SPREAD = 0.4  # cosine of about .93 between a clause and what was made from it
QUESTIONS = 100

pytestmark = pytest.mark.benchmark


class MadeVectors(Embeddings):
    """Vectors that were made, not embedded."""

    def __init__(self, vectors: dict[str, np.ndarray]) -> None:
        self._vectors = vectors

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self._vectors[text_digest(text)].tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def grow(factor: int) -> tuple[list[Chunk], MadeVectors]:
    real = build_knowledge().chunks
    known = load_vectors(ReadingEmbeddings(MessageModel()).model_id)
    dice, noise = random.Random(7), np.random.default_rng(7)
    table = divisions()
    places = [table.full_name(place.code) for place in dice.sample(list(table), 500)]
    chunks, vectors = [], {}
    for round_ in range(factor):
        for chunk in real:
            text, vector = chunk.text, known[chunk.digest].astype(np.float32)
            if round_:
                text = vary(text, dice, places, dice.choice(real).text)
                vector += noise.normal(0, SPREAD / vector.size**0.5, vector.size)
                vector /= np.linalg.norm(vector)
            made = Chunk(f"{chunk.id}-{round_}", chunk.document, chunk.clause, text)
            chunks.append(made)
            vectors[made.digest] = vector
    return chunks, MadeVectors(vectors)


def vary(text: str, dice: random.Random, places: list[str], other: str) -> str:
    """Another place in front, other figures, a sentence from another clause at the end."""
    figures = re.sub(r"\d", lambda match: str(dice.randrange(1, 10)), text)
    sentence = dice.choice(other.split("。"))
    return f"{dice.choice(places)}{figures}{sentence}"


def measure(factor: int) -> list[str]:
    asked = calibration_questions()[0][:QUESTIONS]
    model = ReadingEmbeddings(MessageModel())
    vectors = [model.embed_query(text) for text in asked]
    chunks, made = grow(factor)
    started = time.perf_counter()
    retriever = ClauseRetriever(chunks, live=lambda: None)
    lexical = time.perf_counter() - started
    scope = Scope(regions=None, on=date(2026, 11, 23), past=True)
    words_only = [_timed(retriever, text, None, scope) for text in asked]
    with tempfile.TemporaryDirectory() as folder:
        store = ChunkStore(made, "made", directory=Path(folder))
        started = time.perf_counter()
        build_index(chunks, store)
        dense = time.perf_counter() - started
        retriever.use_vectors(store)
        both = [_timed(retriever, *one, scope) for one in zip(asked, vectors, strict=True)]
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    megabytes = pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
    return [
        f"{len(chunks):,}",
        f"{lexical:.1f}",
        f"{dense:.0f}",
        _spread(words_only),
        _spread(both),
        f"{megabytes:.0f}",
    ]


def test_growth():
    columns = ("", "clauses", "lexical s", "Chroma s", "words p50/p95 ms", "both p50/p95 ms", "MB")
    table = Table(*columns, title="A growing corpus", title_justify="left")
    for factor in (1, 10, 100):
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            table.add_row(f"×{factor}", *pool.submit(measure, factor).result())
    Console(width=100).print(table)


def _timed(
    retriever: ClauseRetriever, words: str, vector: list[float] | None, scope: Scope
) -> float:
    started = time.perf_counter()
    retriever.find(words, vector, scope, top_k=10)
    return time.perf_counter() - started


def _spread(seconds: list[float]) -> str:
    ranked = sorted(1000 * s for s in seconds)
    return f"{statistics.median(ranked):.1f} / {ranked[int(0.95 * len(ranked))]:.1f}"
