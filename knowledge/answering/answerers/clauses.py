"""Answers with what clauses say, and says what none of them does."""

from knowledge.answering.answerers.doors import door_of
from knowledge.answering.clauses import MIN_SCORE, is_overtaken, say_clause
from knowledge.answering.context import fits
from knowledge.answering.draft import Draft
from knowledge.answering.finding import Ranked, of_the_nation
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.ranking import agreement
from knowledge.answering.texts import say
from knowledge.documents import NATION, Clause, Matter, Subject
from knowledge.retrieval.hybrid import Hit, Scope
from knowledge.understanding.labels import Form
from knowledge.understanding.matters import topics_of

# How close to the best a further clause must come, as a share of its score.
NEAR_BEST = 0.85
# From here on a clause answers though it is labelled as answering something else.
FITS_WELL = 1.0
# From here on a clause speaks of the very thing, whomever else it seems to be about.
SPEAKS_OF_IT = 1.5
# So likely, from 0 to 1, a clause must answer the matter; so much of the words it must hold.
LEAST_AGREEMENT, LEAST_COVERAGE = 0.2, 0.5
# A local clause must fit that much better before it answers a question without a place.
LOCAL_LEAD = 0.25
MOST_EXAMPLES = 2
MOST_LABELS = 2
_LISTS = (Form.LIST, Form.HOW, Form.WHICH)
# What hardly differs from place to place.
SAME_EVERYWHERE = frozenset(
    {
        Matter.OVERDUE, Matter.EXTENSION, Matter.HIRING, Matter.STATISTICS, Matter.FUND,
        Matter.VALIDITY, Matter.RISK_SHARING, Matter.RECOVERY, Matter.GUARANTOR_LIABILITY,
        Matter.PREPAYMENT, Matter.CREDIT, Matter.PRIVACY, Matter.APPROVAL, Matter.DEFINITION,
    }
)  # fmt: skip

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


def say_clauses(part: Part) -> Point | None:
    """The clause that answers, and further ones where several things are wanted."""
    ranked = _near_home(part)
    limit = 3 if part.ask is not None and part.ask.form in _LISTS else 2
    draft = Draft()
    chosen = _choose(part, ranked, limit)
    if not chosen:
        return None
    past = part.context.reading.period is not None
    for hit in chosen:
        say_clause(draft, hit, past=past)
    differs = part.matter not in SAME_EVERYWHERE
    asks_region = part.context.reading.region is None and differs
    return Point(part.matter, Kind.CLAUSE, draft, asks_region=asks_region)


def find_supplement(part: Part, point: Point) -> Hit | None:
    """A clause that belongs beside a figure: on the same matter, of the place itself."""
    cited = point.draft.refs()
    own = part.context.ladder[:-1]
    for score, hit in part.ranked[:3]:
        clause = hit.chunk.clause
        is_own = hit.chunk.document.region in own
        # Of many labels a further one is said in passing; of two, as labels are guessed, it is not.
        is_first = part.matter in clause.matters[:1] or len(clause.matters) <= MOST_LABELS
        is_first = is_first or score >= SPEAKS_OF_IT
        if score < FITS_WELL or not is_own or part.matter not in clause.matters or not is_first:
            continue
        if score < SPEAKS_OF_IT and not _is_for(clause, part):
            continue
        if hit.chunk.id not in cited and not is_overtaken(part.context, hit):
            return hit
    return None


def find_own_clauses(part: Part) -> list[Hit]:
    """Clauses in force of the place itself, about the matter first of all; at most two."""
    own = part.context.ladder[:-1]
    fitting = [
        hit
        for score, hit in part.ranked
        if score >= FITS_WELL
        and hit.in_force
        and hit.chunk.document.region in own
        and hit.chunk.clause.matters[:1] == (part.matter,)
        and _is_for(hit.chunk.clause, part)
    ]
    return fitting[:MOST_EXAMPLES]


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
    return Point(part.matter, Kind.MISSING, draft, asks_region=region is None, is_partial=True)


def _choose(part: Part, ranked: Ranked, limit: int) -> list[Hit]:
    """The best clauses that answer the matter, close to the best of them."""
    context = part.context
    chosen: list[Hit] = []
    best: float | None = None
    for score, hit in ranked:
        clause = hit.chunk.clause
        if score < max(MIN_SCORE, NEAR_BEST * (best or 0.0)) or len(chosen) >= limit:
            break
        if not _is_on_it(part, hit, score):
            continue
        if chosen and clause.matters[:1] != chosen[0].chunk.clause.matters[:1]:
            continue
        if not fits(clause, context.subject) or is_overtaken(context, hit):
            continue
        best = score if best is None else best
        chosen.append(hit)
    return chosen


def _is_on_it(part: Part, hit: Hit, score: float) -> bool:
    """Whether a clause answers what is asked, and not only sounds like it."""
    clause = hit.chunk.clause
    if part.matter is Matter.OTHER:
        # Nothing tells what must be answered, so the words must meet.
        return score >= FITS_WELL and hit.coverage >= LEAST_COVERAGE
    if not clause.matters or agreement(clause, part.context.reading) >= LEAST_AGREEMENT:
        return True
    return score >= FITS_WELL and topics_of(part.matter)[0] in clause.topics


def _near_home(part: Part) -> Ranked:
    """Where no place is known, national clauses; local ones on what hardly differs."""
    ranked = part.ranked
    if part.context.reading.region is not None:
        return ranked
    national = of_the_nation(ranked)
    best = max((score for score, _ in ranked), default=0.0)
    best_national = max((score for score, _ in national), default=0.0)
    if best_national >= max(MIN_SCORE, best - LOCAL_LEAD):
        return national
    is_alike = part.matter in SAME_EVERYWHERE
    return [
        (score, hit)
        for score, hit in ranked
        if hit.chunk.document.region == NATION or (hit.in_force and is_alike)
    ]


def _is_for(clause: Clause, part: Part) -> bool:
    """Whether a clause speaks of the asker's kind; of a person where no firm shows."""
    subject = part.context.subject or Subject.PERSONAL
    return clause.subject in (Subject.ANY, subject)


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
    """What clauses in force of other provinces say on the matter, as examples."""
    found: dict[str, Hit] = {}
    for score, hit in part.finder.find_anywhere(part.context):
        document, clause = hit.chunk.document, hit.chunk.clause
        province = document.region[:2]
        is_on_it = part.matter in clause.matters and score >= MIN_SCORE
        if is_on_it and hit.in_force and document.region != NATION and province not in found:
            found[province] = hit
        if len(found) == MOST_EXAMPLES:
            break
    return list(found.values())
