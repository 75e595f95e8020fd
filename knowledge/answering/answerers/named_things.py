"""Things a question names that its answer must speak of, or say that nothing does."""

from collections.abc import Sequence

from knowledge.answering.clause_lines import say_clause
from knowledge.answering.draft import Draft, resolve
from knowledge.answering.finding import mentions, of_the_nation
from knowledge.answering.points import Part
from knowledge.answering.ranking import MIN_SCORE
from knowledge.documents import Matter

# Where these are asked about, who is named may be meant as the guarantor.
_OF_OTHERS = (Matter.GUARANTOR, Matter.WAIVER, Matter.COLLATERAL, Matter.GUARANTOR_LIABILITY)


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


def say_bars(part: Part, draft: Draft) -> Draft:
    """The nearest clause on what keeps somebody of the story from the loan, where none is cited."""
    context, said = part.context, Draft()
    if part.matter in _OF_OTHERS:
        return said
    ladder = list(context.ladder)
    for bar in context.reading.bars:
        cited = [resolve(ref, context.documents) for ref in draft.refs()]
        if any(e and _names_one(e.clause.text, bar.bars) for e in cited):
            continue
        found = [
            (ladder.index(hit.chunk.document.region), -score, hit)
            for score, hit in part.finder.find(context, keep=mentions(bar.bars))
            if hit.chunk.document.region in ladder
            and set(hit.chunk.clause.matters) & {Matter.EMPLOYMENT, Matter.ELIGIBILITY}
        ]
        if found:
            say_clause(said, min(found, key=lambda one: one[:2])[2], past=part.is_past)
    return said


def _names_one(text: str, words: Sequence[str]) -> bool:
    return any(word in text for word in words)
