"""Answers with what clauses say."""

import re

from knowledge.answering.clause_lines import say_clause
from knowledge.answering.context import Context, fits
from knowledge.answering.draft import Draft
from knowledge.answering.finding import Ranked, of_the_nation
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.ranking import MIN_SCORE, agreement
from knowledge.documents import NATION, Clause, Matter, Subject
from knowledge.retrieval.hybrid import Hit
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
# Of so many labels each counts as the first: a clause with more says some of it in passing.
MOST_LABELS = 2
# So many clauses of the place itself say who may apply.
MOST_OWN = 2
_LISTS = (Form.LIST, Form.HOW, Form.WHICH)
# What hardly differs from place to place.
SAME_EVERYWHERE = frozenset(
    {
        Matter.OVERDUE, Matter.EXTENSION, Matter.HIRING, Matter.STATISTICS, Matter.FUND,
        Matter.VALIDITY, Matter.RISK_SHARING, Matter.RECOVERY, Matter.GUARANTOR_LIABILITY,
        Matter.PREPAYMENT, Matter.CREDIT, Matter.PRIVACY, Matter.APPROVAL, Matter.DEFINITION,
    }
)  # fmt: skip


def say_clauses(part: Part) -> Point | None:
    """The clause that answers, and further ones where several things are wanted."""
    ranked = _near_home(part)
    limit = 3 if part.ask is not None and part.ask.form in _LISTS else 2
    draft = Draft()
    chosen = _choose(part, ranked, limit)
    if not chosen:
        return None
    for hit in chosen:
        say_clause(draft, hit, past=part.is_past)
    return part.point(Kind.CLAUSE, draft, differs=part.matter not in SAME_EVERYWHERE)


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
    return fitting[:MOST_OWN]


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


def is_overtaken(context: Context, hit: Hit) -> bool:
    """Whether a newer figure in force on the same topic has overtaken what a clause says.

    Old national documents were seldom repealed in words; a figure of theirs must not
    stand beside the one that replaced it.
    """
    document, clause = hit.chunk.document, hit.chunk.clause
    if document.starts is None or not re.search(r"\d", clause.text):
        return False
    rules = context.rules_at(document.region)
    for parameter in context.parameters:
        if parameter.topic not in clause.topics or not fits(parameter, clause.subject):
            continue
        for value in rules.all(parameter.name):
            newer = value.starts is not None and value.starts.first > document.starts.first
            if newer and value.document_id != document.id and value.confirmed:
                return True
    return False
