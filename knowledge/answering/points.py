"""One thing asked, with what it may be answered from, and the point that answers it."""

from dataclasses import dataclass, replace
from enum import StrEnum

from knowledge.answering.context import Context
from knowledge.answering.draft import Draft
from knowledge.answering.finding import ClauseFinder, Ranked
from knowledge.documents import Matter
from knowledge.understanding.interpretation import Ask


class Kind(StrEnum):
    """What kind of point answers."""

    VERDICT = "verdict"
    FIGURE = "figure"
    SUM = "sum"
    CLAUSE = "clause"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Point:
    """The answer to one thing asked.

    ``asks_region``: the answer differs from place to place, and none is known; ``is_partial``:
    something that was asked for could not be answered.
    """

    matter: Matter
    kind: Kind
    draft: Draft
    asks_region: bool = False
    is_partial: bool = False

    def with_draft(self, draft: Draft) -> "Point":
        """The same point with other lines."""
        return replace(self, draft=draft)


@dataclass(frozen=True, slots=True)
class Part:
    """One thing asked: its context speaks of nothing else; ``ranked`` clauses, best first."""

    ask: Ask | None
    context: Context
    ranked: Ranked
    finder: ClauseFinder

    @property
    def matter(self) -> Matter:
        """What is asked about; ``OTHER`` where it is not clear."""
        return self.ask.matter if self.ask else Matter.OTHER

    @property
    def is_past(self) -> bool:
        """Whether it is asked of a time that is told."""
        return self.context.reading.period is not None

    def point(self, kind: Kind, draft: Draft, *, differs: bool = True) -> Point:
        """A point that answers it; ``differs`` from place to place, so that one is asked for."""
        asks_region = differs and self.context.reading.region is None
        return Point(self.matter, kind, draft, asks_region)
