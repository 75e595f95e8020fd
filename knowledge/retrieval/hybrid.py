"""Finds clauses by a learnt score, filtered by region, time and live documents.

The score adds up the cosine of question and clause, what share of the question's words the
clause covers, and how near the clause's place is; see :mod:`.scoring`. While vectors are still
being built, words alone count.
"""

import logging
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from knowledge.documents import NATION, DocumentKind, DocumentStatus, PolicyDocument
from knowledge.errors import IndexFailedError
from knowledge.index.chunks import Chunk
from knowledge.retrieval.cosine_scale import CosineScale
from knowledge.retrieval.lexical import CoverageIndex
from knowledge.retrieval.scoring import Scoring

if TYPE_CHECKING:  # answers are served before the vector libraries are loaded
    from knowledge.index.store import ChunkStore

log = logging.getLogger(__name__)

DENSE_DEPTH = 120
RERANK_DEPTH = 10
# Without vectors coverage alone has to fill the scale on which thresholds are set.
LEXICAL_SCALE = 2.0
# Ties between equally good clauses: nearer regions, better sources, rules still in force.
KIND_PENALTY = {
    DocumentKind.PRACTICE_REPORT: 0.04,
    DocumentKind.PRESS_CONFERENCE: 0.04,
    DocumentKind.OVERVIEW: 0.05,
    DocumentKind.DRAFT: 0.25,
}
OUT_OF_FORCE_PENALTY = 0.20
# General law answers where no rule on this loan does; .3 hid two in five right ones of it.
GENERAL_PENALTY = 0.1
FOREIGN_REGION_PENALTY = 0.10


Reranker = Callable[[str, Sequence[str]], Sequence[float]]  # a score for each text, best highest


@dataclass(frozen=True, slots=True)
class Hit:
    """A clause found; ``score`` as :class:`~.scoring.Scoring` says, less penalties.

    ``is_untouched``: its document has ended, but nothing newer there is on the same thing.
    """

    chunk: Chunk
    score: float
    coverage: float
    cosine: float | None
    in_force: bool | None
    is_untouched: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and when a clause must apply.

    ``regions`` None means everywhere. ``past`` allows documents no longer in force (where
    ``since`` is given, only those that still were on that day), ``coming`` those that begin
    after the day.
    """

    regions: Sequence[str] | None
    on: date
    past: bool = False
    since: date | None = None
    coming: bool = False

    def covers(self, document: PolicyDocument, in_force: bool | None) -> bool:
        """Whether a document may be answered from; today not from rules known to have ended."""
        if document.starts and document.starts.first > self.on:
            return self.coming
        if self.since and document.effective_to and document.effective_to.first < self.since:
            return False
        ended = document.status in (DocumentStatus.SUPERSEDED, DocumentStatus.EXPIRED)
        return self.past or in_force is True or (in_force is None and not ended)


class ClauseRetriever:
    """Searches the chunks of all documents; ``is_live`` has the last word on each hit."""

    def __init__(self, chunks: Sequence[Chunk], live: Callable[[], Set[str] | None]) -> None:
        self._shelf = _Shelf(chunks)
        self._live = live
        self._store: ChunkStore | None = None
        self._scale = CosineScale()
        self._scoring = Scoring()
        self._reranker: Reranker | None = None
        self._untouched: frozenset[str] = frozenset()
        self._untouched_since = date.max

    def use_chunks(self, chunks: Sequence[Chunk]) -> None:
        """From now on search these chunks; a search under way ends on the old ones."""
        self._shelf = _Shelf(chunks)

    def use_vectors(
        self, store: "ChunkStore", scoring: Scoring, scale: CosineScale | None = None
    ) -> None:
        """From now on search the vectors too, their cosines brought to scale."""
        self._scale, self._scoring = scale or CosineScale(), scoring
        self._store = store

    def use_untouched(self, ids: frozenset[str], on: date) -> None:
        """Find these clauses from that day on too, though their documents have ended."""
        self._untouched, self._untouched_since = ids, on

    def lose_vectors(self, why: IndexFailedError) -> None:
        """From now on find by words alone, until :meth:`use_vectors`."""
        if self._store is not None:
            log.warning("the index failed, answering without vectors: %s", why)
        self._store = None

    def use_reranker(self, reranker: Reranker) -> None:
        """From now on let it put the first hits into order."""
        self._reranker = reranker

    @property
    def has_vectors(self) -> bool:
        """Whether the cosine part takes part."""
        return self._store is not None

    def find(
        self,
        query: str,
        vector: Sequence[float] | None,
        scope: Scope,
        *,
        top_k: int,
        keep: Callable[[Chunk], bool] = lambda chunk: True,
    ) -> list[Hit]:
        """Clauses that apply in ``scope``, best first."""
        shelf = self._shelf
        coverage = shelf.lexical.coverage(query)
        cosines = self._cosines(shelf, vector, scope)
        allowed = (
            np.isin(shelf.regions, list(scope.regions))
            if scope.regions is not None
            else np.ones(len(shelf.chunks), bool)
        )
        if cosines is None:
            base = coverage * LEXICAL_SCALE
        else:
            base = self._scoring(cosines, coverage, shelf.regions, scope.regions)
        base[~allowed] = -1
        live = self._live()
        hits: list[Hit] = []
        for number in np.argsort(-base, kind="stable")[: top_k * 12]:
            chunk = shelf.chunks[number]
            if base[number] <= 0 or (live is not None and chunk.document.id not in live):
                continue
            in_force = chunk.document.in_force_on(scope.on)
            covered = scope.covers(chunk.document, in_force)
            is_untouched = not covered and self._is_untouched(chunk, scope)
            if not (covered or is_untouched) or not keep(chunk):
                continue
            cosine = None if cosines is None else float(cosines[number])
            score = float(base[number]) - self._penalty(chunk, in_force, scope)
            hits.append(Hit(chunk, score, float(coverage[number]), cosine, in_force, is_untouched))
        return self._reranked(query, sorted(hits, key=lambda hit: -hit.score)[:top_k])

    def _is_untouched(self, chunk: Chunk, scope: Scope) -> bool:
        is_of_place = scope.regions is not None or chunk.document.region == NATION
        return is_of_place and scope.on >= self._untouched_since and chunk.id in self._untouched

    def _reranked(self, query: str, hits: list[Hit]) -> list[Hit]:
        """The first hits in the reranker's order. Each place keeps its score.

        So thresholds mean with a reranker what they mean without.
        """
        head = hits[:RERANK_DEPTH]
        if self._reranker is None or len(head) < 2:
            return hits
        scores = self._reranker(query, [hit.chunk.text for hit in head])
        order = sorted(range(len(head)), key=lambda place: -scores[place])
        moved = [replace(head[old], score=head[new].score) for new, old in enumerate(order)]
        return moved + hits[RERANK_DEPTH:]

    def _cosines(
        self, shelf: "_Shelf", vector: Sequence[float] | None, scope: Scope
    ) -> np.ndarray | None:
        store = self._store
        if vector is None or store is None:
            return None
        try:
            found = store.search(list(vector), top_k=DENSE_DEPTH, regions=scope.regions)
        except IndexFailedError as error:
            self.lose_vectors(error)
            return None
        # What was not among the nearest is no nearer than the last of them.
        farthest = self._scale(min(found.values(), default=0.0))
        cosines = np.full(len(shelf.chunks), farthest, np.float32)
        for id_, cosine in found.items():
            if (number := shelf.by_id.get(id_)) is not None:
                cosines[number] = self._scale(cosine)
        return cosines

    @staticmethod
    def _penalty(chunk: Chunk, in_force: bool | None, scope: Scope) -> float:
        penalty = KIND_PENALTY.get(chunk.document.kind, 0.0)
        if chunk.document.is_general:
            penalty += GENERAL_PENALTY
        if in_force is not True:
            penalty += OUT_OF_FORCE_PENALTY if in_force is False else OUT_OF_FORCE_PENALTY / 4
        if scope.regions is None and chunk.document.region != NATION:
            penalty += FOREIGN_REGION_PENALTY
        return penalty


class _Shelf:
    """Chunks with all that is derived from them; never changed, only exchanged."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self.chunks = list(chunks)
        self.by_id = {chunk.id: number for number, chunk in enumerate(self.chunks)}
        self.lexical = CoverageIndex([chunk.text for chunk in self.chunks])
        self.regions = np.array([chunk.document.region for chunk in self.chunks])
