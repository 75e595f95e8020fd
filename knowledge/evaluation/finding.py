"""How well clauses are found: questions from life against the clauses that answer them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.documents import NATION
from knowledge.errors import UnknownRegionError
from knowledge.index.chunks import Chunk
from knowledge.regions.divisions import divisions
from knowledge.retrieval.lexical import CoverageIndex
from knowledge.retrieval.scoring import Scoring
from knowledge.understanding.model.message_model import DIMENSIONS, MessageModel
from knowledge.understanding.normaliser import fold
from knowledge.understanding.training.dataset import Pair


@dataclass(frozen=True, slots=True)
class Places:
    """Where each pair may look among the clauses, see ``training.train.Clauses``."""

    ladders: list[np.ndarray]
    features: list[np.ndarray]
    right: list[frozenset[int]]


def look_up(pairs: Sequence[Pair], chunks: Sequence[Chunk]) -> Places:
    """The clauses on each asker's ladder, with coverage and nearness, and those that answer."""
    words = CoverageIndex([chunk.text for chunk in chunks])
    regions = np.array([chunk.document.region for chunk in chunks])
    numbers = {chunk.id: number for number, chunk in enumerate(chunks)}
    places = Places([], [], [])
    for pair in pairs:
        codes = _ladder(pair.region)
        ladder = np.flatnonzero(np.isin(regions, codes))
        coverage = words.coverage(fold(pair.text).text)[ladder]
        is_nation, is_own = regions[ladder] == NATION, regions[ladder] == codes[0]
        rows = [coverage, is_own & ~is_nation, ~is_own & ~is_nation, is_nation]
        places.ladders.append(ladder)
        places.features.append(np.stack(rows, axis=1).astype(np.float32))
        places.right.append(frozenset(numbers[c] for c in pair.clauses if c in numbers))
    return places


def ranks_of_model(
    model: MessageModel,
    pairs: Sequence[Pair],
    chunks: Sequence[Chunk],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[int | None]:
    """Where a model file puts the first right clause of each pair, among those of its ladder."""
    places, weights = look_up(pairs, chunks), Scoring.parse(model.scoring).features
    rows = np.empty((len(chunks), DIMENSIONS), np.float32)
    for number, chunk in enumerate(chunks):
        rows[number] = model.passage(fold(chunk.text).text)
        on_progress(number + 1, len(chunks))

    def scores(number: int) -> np.ndarray:
        question = model.question(fold(pairs[number].text).text)
        near = places.features[number] @ weights
        return np.asarray(rows[places.ladders[number]] @ question + near)

    return ranks(places, scores, range(len(pairs)))


def _ladder(region: str | None) -> list[str]:
    try:
        return list(divisions().ladder(region or NATION))
    except UnknownRegionError:
        return [NATION]


def ranks(
    places: Places, scores: Callable[[int], np.ndarray], only: Sequence[int]
) -> list[int | None]:
    """The place of the first right clause for each of these pairs; None where none is near.

    ``scores`` gives one figure for each clause on the ladder of the pair of that number.
    """
    found: list[int | None] = []
    for number in only:
        ladder, right = places.ladders[number], places.right[number]
        order = ladder[np.argsort(-scores(number), kind="stable")].tolist()
        found.append(next((at for at, n in enumerate(order, 1) if n in right), None))
    return found
