"""What a clause that nobody labelled is on: as the shipped clauses are that are most like it."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from knowledge.documents import ClauseLabels
from knowledge.index.chunks import Chunk

NEIGHBOURS = 8
# How quickly a neighbour counts less the less alike it is.
SHARPNESS = 8.0
# A label that has at least this share of what the neighbours say is taken; from 0 to 1.
LEAST_SHARE = 0.3
MOST_LABELS = 2

Label = TypeVar("Label")


class ClauseLabeller:
    """Votes of the nearest labelled clauses.

    Args:
        chunks: labelled clauses.
        vectors: the unit vectors of texts, one row each.
    """

    def __init__(self, chunks: Sequence[Chunk], vectors: Callable[[list[str]], np.ndarray]) -> None:
        self._clauses = [chunk.clause for chunk in chunks]
        self._embed = vectors
        self._rows = vectors([chunk.text for chunk in chunks])

    def labels_of(self, text: str) -> ClauseLabels:
        """Topics and matters of a clause, surest first; empty where its neighbours differ."""
        likeness = self._rows @ self._embed([text])[0]
        nearest = np.argsort(-likeness)[:NEIGHBOURS]
        weights = np.exp(SHARPNESS * (likeness[nearest] - likeness[nearest[0]])).tolist()
        near = [self._clauses[number] for number in nearest]
        return ClauseLabels(
            _elect([clause.topics for clause in near], weights),
            _elect([clause.matters for clause in near], weights),
        )


def _elect(ballots: Sequence[Sequence[Label]], weights: Sequence[float]) -> tuple[Label, ...]:
    """The labels with the most votes; who names several shares its vote among them."""
    votes: defaultdict[Label, float] = defaultdict(float)
    for named, weight in zip(ballots, weights, strict=True):
        for label in named:
            votes[label] += weight / len(named)
    total = sum(votes.values())
    surest = sorted(votes, key=lambda label: -votes[label])[:MOST_LABELS]
    return tuple(label for label in surest if votes[label] >= LEAST_SHARE * total)
