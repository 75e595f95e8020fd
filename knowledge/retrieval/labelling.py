"""What a clause that nobody labelled is on: as the shipped clauses are that are most like it."""

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from knowledge.documents import Topic
from knowledge.index.chunks import Chunk

NEIGHBOURS = 8
# How quickly a neighbour counts less the less alike it is.
SHARPNESS = 8.0
# A topic that has at least this share of what the neighbours say is taken; from 0 to 1.
LEAST_SHARE = 0.3
MOST_TOPICS = 2


class TopicLabeller:
    """Votes of the nearest labelled clauses.

    Args:
        chunks: labelled clauses.
        vectors: the unit vectors of texts, one row each.
    """

    def __init__(self, chunks: Sequence[Chunk], vectors: Callable[[list[str]], np.ndarray]) -> None:
        self._topics = [chunk.clause.topics for chunk in chunks]
        self._embed = vectors
        self._rows = vectors([chunk.text for chunk in chunks])

    def topics_of(self, text: str) -> list[Topic]:
        """The topics of a clause, surest first; empty when its neighbours do not agree."""
        likeness = self._rows @ self._embed([text])[0]
        nearest = np.argsort(-likeness)[:NEIGHBOURS]
        votes: defaultdict[Topic, float] = defaultdict(float)
        weights = np.exp(SHARPNESS * (likeness[nearest] - likeness[nearest[0]]))
        for number, weight in zip(nearest, weights, strict=True):
            for topic in self._topics[number]:
                votes[topic] += float(weight) / len(self._topics[number])
        total = sum(votes.values())
        surest = sorted(votes, key=lambda topic: -votes[topic])[:MOST_TOPICS]
        return [topic for topic in surest if votes[topic] >= LEAST_SHARE * total]
