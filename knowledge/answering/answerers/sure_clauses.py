"""The clause that surely answers, wherever the matter's own answerer says less or something else.

A matter is coarse: of who pays interest also asks whose was taken beforehand. The words of the
question say more, so the clause nearest to them is heard too, as far as it surely answers.
"""

from collections.abc import Set

from knowledge.answering.answerers.clauses import is_overtaken
from knowledge.answering.chance import best_sure, chance
from knowledge.answering.clause_lines import say_clause
from knowledge.answering.context import fits
from knowledge.answering.draft import Draft, resolve
from knowledge.answering.points import Kind, Part, Point
from knowledge.documents import NATION, Matter
from knowledge.regions.divisions import divisions

# So likely, from 0 to 1, it must answer to be said: in place of nothing, beside a reply to what is
# no question, beside a refusal. `chuangdai models chance` shows how many of them are right.
INSTEAD_OF_NOTHING, BESIDE_REPLY, BESIDE_REFUSAL = 0.4, 0.5, 0.8
# The same before a figure or a clause of the matter, where the matter is plain and where not.
BEFORE_PLAIN, BEFORE_UNCLEAR = 0.6, 0.5
# In place of a verdict that was drawn from another rule, where the clause is of the place itself
# and where not: of eleven such verdicts none was right, of the clauses nine.
OWN_FOR_VERDICT, OTHER_FOR_VERDICT = 0.6, 0.9
# The place's own beside a verdict that was drawn from a rule of farther away, and behind a sum.
BESIDE_FARTHER, BEHIND_SUM = 0.4, 0.4
# From here on the clause stands alone, where it speaks of another matter than was understood.
STANDS_ALONE = 0.8
# A law on all loans before a figure that is plainly asked of this loan.
GENERAL_BEFORE_PLAIN = 0.9
# From here on, from 0 to 1, what is asked about is plain.
PLAIN = 0.8
_NEVER = 1.1
# What a place lays down on these adds to the reckoning; elsewhere it takes its place.
_ADDED_TO = (Matter.HIRING, Matter.AMOUNT, Matter.AMOUNT_TIERS)


def say_sure_clause(part: Part, least: float) -> Point | None:
    """The best clause where it answers at least so likely and still holds.

    For whom it is laid down weighs in its rank alone: the reading of the subject errs more often.
    """
    context = part.context
    hit = best_sure(context, part.ranked, least)
    if hit is None or is_overtaken(context, hit):
        return None
    if context.reading.region is None and hit.chunk.document.region != NATION:
        return None
    draft = Draft()
    say_clause(draft, hit, past=part.is_past)
    return part.point(Kind.CLAUSE, draft, differs=not hit.chunk.document.is_general)


def of_the_very_place(part: Part, point: Point) -> Point:
    """The clause in place of a figure from it, where it lays down something for the very place.

    A city says two years, and three in one of its counties: whoever is there must not hear two.
    """
    context = part.context
    region = context.reading.region
    if region is None or part.is_past:
        return point
    name = divisions().get(region).name
    for value in point.draft.basis:
        evidence = resolve(value.clause, context.documents)
        if evidence is None or value.region == region or name not in evidence.clause.text:
            continue
        hit = next((hit for _, hit in part.ranked if hit.chunk.id == value.clause), None)
        if hit is not None:
            draft = Draft()
            say_clause(draft, hit, past=False)
            return part.point(Kind.CLAUSE, draft)
    return point


def with_sure_clause(part: Part, point: Point, said: Set[str]) -> Point:
    """The point with that clause; ``said`` are the clauses cited for what was asked before.

    A point that rests on the clause already is left as it is.
    """
    sure = say_sure_clause(part, _least(part, point))
    if sure is None or set(sure.draft.refs()) <= said | set(point.draft.refs()):
        return point
    if point.kind is Kind.SUM:
        point.draft.extend(sure.draft)
        return point
    if _is_beside(part, point):
        sure.draft.extend(point.draft)
        return point.with_draft(sure.draft)
    return sure


def _least(part: Part, point: Point) -> float:
    if point.kind is Kind.SUM:
        return BEHIND_SUM
    if point.kind is Kind.VERDICT:
        return _least_for_verdict(part, point)
    if part.ask is None or part.ask.confidence < PLAIN:
        return BEFORE_UNCLEAR
    # Plainly a figure of this loan: what holds for every loan seldom answers first.
    is_figure = point.kind is Kind.FIGURE
    is_general = is_figure and part.ranked and part.ranked[0][1].chunk.document.is_general
    return GENERAL_BEFORE_PLAIN if is_general else BEFORE_PLAIN


def _least_for_verdict(part: Part, point: Point) -> float:
    if not part.ranked or not fits(part.ranked[0][1].chunk.clause, part.context.subject):
        return _NEVER
    if _is_farther(part, point):
        return BESIDE_FARTHER
    own = part.context.ladder[:-1]
    is_own = part.ranked[0][1].chunk.document.region in own
    return OWN_FOR_VERDICT if is_own else OTHER_FOR_VERDICT


def _is_beside(part: Part, point: Point) -> bool:
    """Whether what was said is said behind the clause, and not left out."""
    likely = chance(part.context, part.ranked)
    if point.kind is Kind.VERDICT:
        is_weighed = _is_farther(part, point) and likely < OWN_FOR_VERDICT
        return part.matter in _ADDED_TO or is_weighed
    if not _is_on_the_matter(part):
        return likely < STANDS_ALONE
    return not _is_farther(part, point)


def _is_on_the_matter(part: Part) -> bool:
    return part.ranked[0][1].chunk.clause.matters[:1] == (part.matter,)


def _is_farther(part: Part, point: Point) -> bool:
    """Whether the figures said are of farther away than the clause, on the same matter."""
    ladder = list(part.context.ladder)
    region = part.ranked[0][1].chunk.document.region
    if region not in ladder or not _is_on_the_matter(part):
        return False
    return bool(point.draft.basis) and all(
        value.region in ladder and ladder.index(value.region) > ladder.index(region)
        for value in point.draft.basis
    )
