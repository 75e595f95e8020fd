"""Says what no clause says: what others lay down, what held once, and who does know."""

from dataclasses import replace

from knowledge.answering.answerers.doors import door_of
from knowledge.answering.clause_lines import say_clause
from knowledge.answering.draft import Draft
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.ranking import MIN_SCORE
from knowledge.answering.texts import say
from knowledge.documents import NATION, Matter
from knowledge.retrieval.hybrid import Hit, Scope

# Of so many clauses, or other provinces, it is told what they say instead.
MOST_EXAMPLES = 2
# So near in meaning, on the scale of cosines, an example from elsewhere must be.
NEAR = 0.25
# Where nothing is on the matter itself, what is on these helps.
RELATED = {
    Matter.MATERIALS: (Matter.PROCESS, Matter.WHERE, Matter.ONLINE, Matter.TIME_LIMIT),
    Matter.PROCESS: (Matter.MATERIALS, Matter.WHERE, Matter.ONLINE, Matter.TIME_LIMIT),
    Matter.WHERE: (Matter.CONTACT, Matter.ONLINE, Matter.BANKS, Matter.PROCESS),
    Matter.ONLINE: (Matter.WHERE, Matter.PROCESS, Matter.CONTACT),
    Matter.CONTACT: (Matter.WHERE, Matter.ONLINE),
    Matter.HOURS: (Matter.WHERE, Matter.CONTACT),
    Matter.BANKS: (Matter.WHERE, Matter.PROCESS),
    Matter.TIME_LIMIT: (Matter.PROCESS,),
    Matter.GUARANTOR: (Matter.WAIVER, Matter.COLLATERAL),
    Matter.COLLATERAL: (Matter.WAIVER, Matter.GUARANTOR),
    Matter.WAIVER: (Matter.GUARANTOR, Matter.COLLATERAL),
    Matter.PREPAYMENT: (Matter.REPAYMENT,),
    Matter.EXTENSION: (Matter.OVERDUE, Matter.REPAYMENT),
    Matter.POST_LOAN: (Matter.USE, Matter.PROCESS),
    Matter.REJECTION: (Matter.PROCESS, Matter.ELIGIBILITY),
}

# An office or a phone of another place is no example of anything.
LOCAL_ONLY = frozenset(
    {Matter.WHERE, Matter.CONTACT, Matter.HOURS, Matter.BANKS, Matter.ONLINE, Matter.QUOTA}
)


def say_missing(part: Part) -> Point:
    """What is not known, what others lay down, and who does know."""
    context, draft = part.context, Draft()
    name = say(f"missing-{part.matter.value}")
    region, examples = context.reading.region, list[Hit]()
    nearby, old = _nearby(part), _once(part)
    key = "nation" if region is None else "place" if nearby or old is None else "place-once"
    draft.add(say(f"missing-{key}", matter=name, region=context.region_name))
    if nearby:
        draft.add(say("nearby", region=context.region_name))
        for hit in nearby:
            say_clause(draft, hit, past=False)
    elif old is not None:
        say_clause(draft, old, past=True)
    elif part.matter not in LOCAL_ONLY and (examples := _elsewhere(part)):
        draft.add(say("elsewhere"))
        for hit in examples:
            say_clause(draft, hit, past=False)
    if region is not None or not examples:
        draft.add(door_of(part.matter))
    return replace(part.point(Kind.MISSING, draft), is_partial=True)


def _nearby(part: Part) -> list[Hit]:
    """Clauses of the place itself that come close: the steps where papers are asked for."""
    own = part.context.ladder[:-1]
    close = [
        hit
        for score, hit in part.ranked
        if score >= MIN_SCORE
        and hit.chunk.document.region in own
        and any(matter in RELATED.get(part.matter, ()) for matter in hit.chunk.clause.matters)
    ]
    return close[:MOST_EXAMPLES]


def _once(part: Part) -> Hit | None:
    """What an ended document of the place or the nation said on the matter."""
    context = part.context
    if context.reading.region is None:
        return None
    scope = Scope(context.ladder, context.on, past=True)
    for score, hit in part.finder.find_in(context, scope)[:5]:
        if score >= MIN_SCORE and part.matter in hit.chunk.clause.matters:
            return hit
    return None


def _elsewhere(part: Part) -> list[Hit]:
    """What clauses of other provinces say on the matter, as examples; those in force first."""
    found: dict[str, Hit] = {}
    ranked = part.finder.find_anywhere(part.context)
    for score, hit in sorted(ranked, key=lambda pair: pair[1].in_force is not True):
        document, clause = hit.chunk.document, hit.chunk.clause
        province = document.region[:2]
        is_near = score >= MIN_SCORE and (hit.cosine or 0.0) >= NEAR
        is_on_it = part.matter in clause.matters and is_near
        if is_on_it and document.region != NATION and province not in found:
            found[province] = hit
        if len(found) == MOST_EXAMPLES:
            break
    return list(found.values())
