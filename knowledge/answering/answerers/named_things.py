"""Things a question names that its answer must speak of, or say that nothing does."""

from knowledge.answering.clause_lines import say_clause
from knowledge.answering.draft import Draft, resolve
from knowledge.answering.finding import mentions, of_the_nation
from knowledge.answering.points import Part
from knowledge.answering.ranking import MIN_SCORE


def say_named_things(part: Part, draft: Draft) -> list[str]:
    """Add a clause for each thing named that no cited clause mentions; name the others."""
    unsaid, context = [], part.context
    for thing in context.reading.things:
        cited = [resolve(ref, context.documents) for ref in draft.refs()]
        if any(e and thing.is_written_in(e.clause.text) for e in cited):
            continue
        ranked = part.finder.find(context, keep=mentions(thing.written))
        if context.reading.region is None:
            ranked = of_the_nation(ranked)
        if ranked and ranked[0][0] >= MIN_SCORE:
            say_clause(draft, ranked[0][1], past=part.is_past)
        else:
            unsaid.append(thing.name)
    return unsaid
