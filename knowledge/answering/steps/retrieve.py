"""Takes a question apart into what is asked, and finds the clauses for each."""

from dataclasses import replace

from knowledge.answering.chance import chance
from knowledge.answering.context import Context
from knowledge.answering.finding import ClauseFinder
from knowledge.answering.points import Part
from knowledge.answering.state import State
from knowledge.documents import Matter
from knowledge.understanding.interpretation import Ask
from knowledge.understanding.labels import Form

# Of so many things asked in one message each is answered.
MOST_PARTS = 4
# From here on, from 0 to 1, a clause is what was asked for, and no overview.
ANSWERS = 0.7
# From here on what is asked about is as good as named; from 0 to 1.
CLEAR_MATTER = 0.6
# What one asks first: how much, for how long, and what is paid of the interest.
_OVERVIEW = (Matter.AMOUNT, Matter.TERM, Matter.SUBSIDY)


class Retrieve:
    """One part for each thing asked, with its clauses, best first."""

    def __init__(self, finder: ClauseFinder) -> None:
        self._finder = finder

    def __call__(self, state: State) -> State:
        """The parts in the order asked."""
        context = state.context
        parts = tuple(self._part(context, ask) for ask in self._asks(context))
        told = "; ".join(_told(part) for part in parts)
        return replace(state, parts=parts).noting("retrieve", told)

    def _part(self, context: Context, ask: Ask | None) -> Part:
        own = replace(context, reading=context.reading.alone(ask)) if ask else context
        return Part(ask, own, self._finder.find(own), self._finder)

    def _asks(self, context: Context) -> list[Ask | None]:
        asks = context.reading.asks
        if _is_for_everything(context) and not self._finds(context):
            return [Ask(matter, Form.HOW_MUCH, 1.0) for matter in _OVERVIEW]
        return list(asks[:MOST_PARTS]) or [None]

    def _finds(self, context: Context) -> bool:
        return chance(context, self._finder.find(context)) >= ANSWERS


def _is_for_everything(context: Context) -> bool:
    """Whether it is asked what there is, of nothing in particular: 有啥政策."""
    asks = context.reading.asks
    return bool(asks) and all(
        ask.matter is Matter.DEFINITION
        or (ask.form is Form.DEFINE and ask.confidence < CLEAR_MATTER)
        for ask in asks
    )


def _told(part: Part) -> str:
    found = ", ".join(f"{hit.chunk.id} {score:.2f}" for score, hit in part.ranked[:3])
    return f"{part.matter.value}: {found or 'nothing'}"
