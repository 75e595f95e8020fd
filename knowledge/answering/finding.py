"""Finds the clauses that answer a question where it is asked, best first."""

from collections.abc import Callable, Sequence, Set

import numpy as np

from knowledge.answering.context import Context
from knowledge.answering.ranking import rank_hits
from knowledge.documents import NATION
from knowledge.index.chunks import Chunk
from knowledge.kit.budget import check_budget
from knowledge.retrieval.hybrid import ClauseRetriever, Hit, Scope
from knowledge.rules.lookalikes import is_about_lookalike

SEARCH_DEPTH = 24
Ranked = Sequence[tuple[float, Hit]]
Keep = Callable[[Chunk], bool]


def is_on_the_loan(chunk: Chunk) -> bool:
    """Whether a clause speaks of this loan and of no look-alike."""
    return not is_about_lookalike(chunk.clause.text)


def mentions(words: Sequence[str]) -> Keep:
    """Keeps clauses on the loan that hold one of the words."""
    return lambda chunk: any(word in chunk.clause.text for word in words) and is_on_the_loan(chunk)


def names(words: Sequence[str]) -> Keep:
    """Keeps clauses that hold one of the words, or whose document's title does."""
    return lambda chunk: any(word in chunk.text for word in words)


class ClauseFinder:
    """Searches with a question's words and vector, and ranks by what it asks."""

    def __init__(self, retriever: ClauseRetriever) -> None:
        self._retriever = retriever

    def find(self, context: Context, *, keep: Keep = is_on_the_loan) -> Ranked:
        """Clauses that hold where and when it is asked; without a place, those of all."""
        return self.find_in(context, self._scope(context), keep=keep)

    def find_in(self, context: Context, scope: Scope, *, keep: Keep = is_on_the_loan) -> Ranked:
        """Clauses that hold within a scope."""
        hits = self._search(context.query, context.reading.vector, scope, keep)
        return rank_hits(hits, context)

    def find_at(self, context: Context, regions: Sequence[str]) -> Ranked:
        """Clauses in force in other places than the one asked from."""
        return self.find_in(context, Scope(regions=regions, on=context.on))

    def find_anywhere(self, context: Context) -> Ranked:
        """Clauses in force today, of whatever place."""
        return self.find_in(context, Scope(regions=None, on=context.on))

    def find_all(
        self, context: Context, limit: int, always: Set[str] = frozenset()
    ) -> list[tuple[float, Hit]]:
        """Clauses that fit the question where it is asked, old ones included, best first.

        Those whose references are in ``always`` are there, however many fit better.
        """
        scope = Scope(self._scope(context).regions, context.on, past=True, coming=True)
        found = list(self.find_in(context, scope, keep=lambda chunk: True))[:limit]
        missing = always - {hit.chunk.id for _, hit in found}
        if missing:
            found += self.find_in(context, scope, keep=lambda chunk: chunk.id in missing)
        return found

    def best_score(self, context: Context) -> float:
        """How well the best clause anywhere fits the question, regardless of place and time."""
        everywhere = Scope(regions=None, on=context.on, past=True, coming=True)
        reading = context.reading
        hits = self._search(reading.text, reading.vector, everywhere, is_on_the_loan)
        ranked = rank_hits(hits, context)
        return ranked[0][0] if ranked else 0.0

    def _search(self, text: str, vector: np.ndarray | None, scope: Scope, keep: Keep) -> list[Hit]:
        check_budget()
        values = None if vector is None else vector.tolist()
        return self._retriever.find(text, values, scope, top_k=SEARCH_DEPTH, keep=keep)

    @staticmethod
    def _scope(context: Context) -> Scope:
        reading = context.reading
        period, asks_before = reading.period, reading.asks_before
        return Scope(
            regions=context.ladder if reading.region else None,
            on=context.on,
            past=period is not None or asks_before,
            since=period.first if period and not asks_before else None,
        )


def of_the_nation(ranked: Ranked) -> Ranked:
    """Those of national documents."""
    return [pair for pair in ranked if pair[1].chunk.document.region == NATION]
