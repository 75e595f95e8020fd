"""The clause that surely answers, wherever the matter's own answerer says less or something else.

A matter is coarse: of who pays interest also asks whose was taken beforehand. The words of the
question say more, so the clause nearest to them is heard too, as far as it surely answers.
"""

from collections.abc import Set

from knowledge.answering.answerers.clauses import is_overtaken
from knowledge.answering.chance import best_sure
from knowledge.answering.clause_lines import say_clause
from knowledge.answering.context import fits
from knowledge.answering.draft import Draft
from knowledge.answering.points import Kind, Part, Point
from knowledge.documents import NATION

# So likely, from 0 to 1, it must answer to be said: in place of nothing, beside a reply to what is
# no question, beside a refusal. `chuangdai models chance` shows how many of them are right.
INSTEAD_OF_NOTHING, BESIDE_REPLY, BESIDE_REFUSAL = 0.4, 0.5, 0.8
# The same before a figure or a clause of the matter, where the matter is plain and where not.
BEFORE_PLAIN, BEFORE_UNCLEAR = 0.6, 0.5
# In place of a verdict that was drawn from another rule, where the clause is of the place itself
# and where not: of eleven such verdicts none was right, of the clauses nine.
OWN_FOR_VERDICT, OTHER_FOR_VERDICT = 0.6, 0.9
# A law on all loans before a figure that is plainly asked of this loan.
GENERAL_BEFORE_PLAIN = 0.9
# From here on, from 0 to 1, what is asked about is plain.
PLAIN = 0.8
_SAYS_THE_MATTER = (Kind.FIGURE, Kind.CLAUSE)


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
    return part.point(Kind.CLAUSE, draft)


def with_sure_clause(part: Part, point: Point, said: Set[str]) -> Point:
    """The point with that clause; ``said`` are the clauses cited for what was asked before.

    A point that rests on the clause already is left as it is.
    """
    if point.kind is Kind.SUM or (point.kind is Kind.VERDICT and not _is_for_the_asker(part)):
        return point
    sure = say_sure_clause(part, _least(part, point))
    if sure is None or set(sure.draft.refs()) <= said | set(point.draft.refs()):
        return point
    if point.kind in _SAYS_THE_MATTER and not _is_farther(part, point):
        sure.draft.extend(point.draft)
    return point.with_draft(sure.draft)


def _least(part: Part, point: Point) -> float:
    if point.kind is Kind.VERDICT:
        return OWN_FOR_VERDICT if _is_of_the_place(part) else OTHER_FOR_VERDICT
    if part.ask is None or part.ask.confidence < PLAIN:
        return BEFORE_UNCLEAR
    # Plainly a figure of this loan: what holds for every loan seldom answers first.
    is_figure = point.kind is Kind.FIGURE
    is_general = is_figure and part.ranked and part.ranked[0][1].chunk.document.is_general
    return GENERAL_BEFORE_PLAIN if is_general else BEFORE_PLAIN


def _is_farther(part: Part, point: Point) -> bool:
    """Whether the figures said are of farther away than the clause, on the same matter."""
    ladder = list(part.context.ladder)
    clause = part.ranked[0][1].chunk
    if clause.document.region not in ladder or clause.clause.matters[:1] != (part.matter,):
        return False
    own = ladder.index(clause.document.region)
    return bool(point.draft.basis) and all(
        value.region in ladder and ladder.index(value.region) > own for value in point.draft.basis
    )


def _is_of_the_place(part: Part) -> bool:
    own = part.context.ladder[:-1]
    return bool(part.ranked) and part.ranked[0][1].chunk.document.region in own


def _is_for_the_asker(part: Part) -> bool:
    return bool(part.ranked) and fits(part.ranked[0][1].chunk.clause, part.context.subject)
