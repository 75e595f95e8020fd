"""Which clauses of documents that ended still tell what is known: validity counts per clause.

A newer document seldom takes up everything that an older one laid down. What no clause in force
there touches is still the last that was said on it, and is told with its date.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

import numpy as np

from knowledge.documents import DocumentKind, Subject, Topic
from knowledge.index.chunks import Chunk
from knowledge.regions.divisions import divisions

# So alike are clauses that lay down the same thing, whatever topics they are given.
SAME = 0.5
# So alike, clauses that share a topic are on the same thing.
SAME_WITHIN_TOPIC = 0.25
# A figure is overtaken by a newer one of any place around, other rules by those of the place.
FIGURES = frozenset(
    {
        Topic.AMOUNT, Topic.TERM, Topic.RATE, Topic.SUBSIDY, Topic.HIRING, Topic.REPEAT,
        Topic.OTHER_LOANS,
    }
)  # fmt: skip


def find_untouched(chunks: Sequence[Chunk], vectors: np.ndarray | None, on: date) -> frozenset[str]:
    """Ids of the clauses of ended documents that nothing in force on that day touches.

    Args:
        chunks: all clauses.
        vectors: their unit vectors, one row each; without them a shared topic is enough.
        on: the day.
    """
    in_force: defaultdict[str, list[int]] = defaultdict(list)
    for number, chunk in enumerate(chunks):
        if chunk.document.in_force_on(on) is True:
            in_force[chunk.document.region].append(number)
    found = []
    for number, chunk in enumerate(chunks):
        document = chunk.document
        has_ended = document.in_force_on(on) is False and document.starts is not None
        if not has_ended or document.kind is DocumentKind.DRAFT:
            continue
        is_figure = bool(FIGURES.intersection(chunk.clause.topics))
        around = divisions().ladder(document.region) if is_figure else [document.region]
        later = [other for region in around for other in in_force[region]]
        if not any(_touches(chunks, vectors, other, number) for other in later):
            found.append(chunk.id)
    return frozenset(found)


def _touches(chunks: Sequence[Chunk], vectors: np.ndarray | None, newer: int, older: int) -> bool:
    one, other = chunks[newer].clause, chunks[older].clause
    shares = bool(set(one.topics) & set(other.topics)) and _same_subject(one.subject, other.subject)
    if vectors is None:
        return shares
    likeness = float(vectors[newer] @ vectors[older])
    return likeness >= SAME or (shares and likeness >= SAME_WITHIN_TOPIC)


def _same_subject(one: Subject, other: Subject) -> bool:
    return Subject.ANY in (one, other) or one is other
