"""From when until when a document holds."""

from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.clauses import say_validity
from knowledge.answering.points import Kind, Part, Point
from knowledge.documents import Matter


@answers_on(Matter.VALIDITY)
def say_span(part: Part) -> Point | None:
    """The span of the document that fits best, as far as its dates are known."""
    draft = say_validity(part.context, part.ranked)
    return Point(part.matter, Kind.FIGURE, draft) if draft.lines else None
