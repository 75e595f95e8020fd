"""Questions on a loan that is not this one."""

from knowledge.answering.clause_lines import say_clause
from knowledge.answering.draft import Draft
from knowledge.answering.finding import names
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.texts import say
from knowledge.documents import Matter

MOST_CLAUSES = 3


def say_lookalikes(part: Part) -> Point:
    """That the loan that was named is another one, then only clauses on it."""
    context, draft = part.context, Draft()
    for lookalike in context.reading.lookalikes:
        ranked = part.finder.find(context, keep=names(lookalike.written))
        for _, hit in ranked[:MOST_CLAUSES]:
            say_clause(draft, hit, past=part.is_past)
    if draft.lines:
        called = "、".join(lookalike.name for lookalike in context.reading.lookalikes)
        draft.lines.insert(0, say("lookalike", names=called))
    return Point(Matter.OTHER, Kind.CLAUSE, draft)
