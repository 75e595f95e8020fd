"""Answers each thing asked with one point, in the order asked."""

from collections.abc import Sequence, Set
from dataclasses import replace

from knowledge.answering.answerers import (  # noqa: F401  (each registers what it answers)
    amounts,
    costs,
    debts,
    firms,
    persons,
    places,
    security,
    terms,
    times,
    validity,
)
from knowledge.answering.answerers.clauses import find_supplement, say_clauses
from knowledge.answering.answerers.forecasts import as_of_today, behind_the_forecast, is_ahead
from knowledge.answering.answerers.lookalikes import say_lookalikes
from knowledge.answering.answerers.missing import say_missing
from knowledge.answering.answerers.named_things import say_bars, say_named_things
from knowledge.answering.answerers.refusals import say_law
from knowledge.answering.answerers.registry import answerers_on
from knowledge.answering.answerers.sure_clauses import (
    BEFORE_PLAIN,
    BESIDE_REFUSAL,
    BESIDE_REPLY,
    INSTEAD_OF_NOTHING,
    of_the_very_place,
    say_sure_clause,
    with_sure_clause,
)
from knowledge.answering.asking_back import ask_which
from knowledge.answering.chance import chance
from knowledge.answering.clause_lines import say_clause
from knowledge.answering.draft import Draft
from knowledge.answering.models import AnswerStatus
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.state import State
from knowledge.answering.steps.replies import asking
from knowledge.answering.texts import say
from knowledge.documents import Matter
from knowledge.understanding.labels import Form

# So plain a matter is answered beside a reply.
CLEAR_MATTER = 0.6
# Below both, from 0 to 1, what is asked is but guessed: of such answers two in ten were right.
PLAIN_MATTER, LIKELY_CLAUSE = 0.7, 0.4

_ON_PERSONS = (Matter.ELIGIBILITY, Matter.AGE_LIMIT, Matter.EMPLOYMENT)
_SUBSIDISED_OTHERWISE = frozenset(
    {
        Matter.EXTENSION,
        Matter.OVERDUE,
        Matter.INDUSTRY,
        Matter.PREPAYMENT,
        Matter.GRANTS,
        Matter.POST_LOAN,
    }
)


def plan(state: State) -> State:
    """A point for each part: a verdict, a figure, a sum, a clause, or that it is not known."""
    if state.reply is not None:
        is_refused = state.reply.status is AnswerStatus.BLOCKED
        beside = _beside_refusal if is_refused else _beside_reply
        points = [point for part in state.parts if (point := beside(part))]
    elif state.context.reading.lookalikes:
        points = [say_lookalikes(state.parts[0])]
    else:
        parts, points, said = _told_apart(state.parts), list[Point](), set[str]()
        ahead = is_ahead(state.context)
        parts = [as_of_today(part) for part in parts] if ahead else parts
        for part in parts:
            points.append(_point(part, said))
            said |= set(points[-1].draft.refs())
        if len(parts) == 1 and _is_a_guess(parts[0], points[0]):
            return _asking_back(state)
        points[0] = _with_other_places(parts[0], points[0])
        points[0] = _with_bars(parts[0], points[0])
        if ahead:
            points[0] = behind_the_forecast(state.context, points[0])
    told = "; ".join(f"{point.matter.value}: {point.kind.value}" for point in points)
    return replace(state, points=tuple(points)).noting("plan", told)


def _asks_whether(part: Part) -> bool:
    return part.ask is not None and part.ask.form is Form.YES_NO


def _is_but_mentioned(part: Part) -> bool:
    """Whether the past is named only to compare with: 还跟以前一样."""
    is_plain = part.ask is not None and part.ask.confidence >= PLAIN_MATTER
    return not is_plain and not part.context.reading.times


def _is_a_guess(part: Part, point: Point) -> bool:
    """Whether neither the matter nor any clause for it is likely, and yet something is said."""
    if part.ask is None or point.kind not in (Kind.FIGURE, Kind.CLAUSE):
        return False
    return part.ask.confidence < PLAIN_MATTER and chance(part.context, part.ranked) < LIKELY_CLAUSE


def _asking_back(state: State) -> State:
    """What else may be meant, to choose from; that it is not known where nothing else is."""
    asked = ask_which(state.context)
    if asked is None:
        return replace(state, points=(say_missing(state.parts[0]),)).noting("plan", "a guess")
    return state.answered("plan", asking(state.context, asked), "asks back")


def _told_apart(parts: Sequence[Part]) -> Sequence[Part]:
    """The parts without the share of the interest where it is asked of something special.

    Whoever asks whether an extension is subsidised must not hear that half of it is; and whoever
    compares the rates of two places not how much each lends.
    """
    asked = {part.matter for part in parts}
    left_out = set[Matter]()
    if asked & _SUBSIDISED_OTHERWISE:
        left_out.add(Matter.SUBSIDY)
    if not asked <= {Matter.AMOUNT, Matter.COMPARE_PLACES}:
        left_out.add(Matter.COMPARE_PLACES)
    if Matter.AGE_LIMIT in asked:
        # A term is short enough only if it ends before one is too old, which the age says.
        left_out |= {p.matter for p in parts if p.matter is Matter.TERM and _asks_whether(p)}
    if any(part.matter is Matter.HISTORY and _is_but_mentioned(part) for part in parts):
        left_out.add(Matter.HISTORY)
    return [part for part in parts if part.matter not in left_out] or parts


def _point(part: Part, said: Set[str] = frozenset()) -> Point:
    """What answers; ``said`` are the clauses cited for what was asked before."""
    for answerer in answerers_on(part.matter):
        if point := answerer(part):
            point = of_the_very_place(part, point)
            return _supplemented(part, with_sure_clause(part, point, said))
    if point := say_clauses(part):
        return _with_named_things(part, with_sure_clause(part, point, said))
    return say_sure_clause(part, INSTEAD_OF_NOTHING) or say_missing(part)


def _beside_reply(part: Part) -> Point | None:
    """What is plainly asked beside a complaint, a progress or an application."""
    if part.ask is not None and part.ask.confidence >= CLEAR_MATTER:
        point = _point(part)
        return None if point.kind is Kind.MISSING else point
    return say_sure_clause(part, BESIDE_REPLY)


def _beside_refusal(part: Part) -> Point | None:
    """The law that says why, else the rule that surely does; no figures of the loan."""
    return say_law(part) or say_sure_clause(part, BESIDE_REFUSAL)


def _supplemented(part: Part, point: Point) -> Point:
    """With the clause of the place itself beside a figure; first where that is of farther away."""
    if point.kind is not Kind.FIGURE or (hit := find_supplement(part, point)) is None:
        return point
    ladder = list(part.context.ladder)
    nearest = min((ladder.index(v.region) for v in point.draft.basis if v.confirmed), default=None)
    is_nearer = nearest is None or ladder.index(hit.chunk.document.region) < nearest
    beside = Draft()
    say_clause(beside, hit, past=part.is_past)
    if not is_nearer:
        point.draft.extend(beside)
        return point
    # A figure of farther away, or one that is in doubt, does not stand beside the place's own.
    if all(value.confirmed for value in point.draft.basis):
        beside.extend(point.draft)
    return point.with_draft(beside)


def _with_bars(part: Part, point: Point) -> Point:
    """With what keeps somebody of the story from the loan, first where that was asked."""
    bars = say_bars(part, point.draft)
    if part.matter in _ON_PERSONS and bars.lines:
        bars.extend(point.draft)
        return point.with_draft(bars)
    point.draft.extend(bars)
    return point


def _with_named_things(part: Part, point: Point) -> Point:
    if chance(part.context, part.ranked) >= BEFORE_PLAIN:
        return point  # the clause answers; what else the story names was not asked about
    unsaid = say_named_things(part, point.draft)
    if unsaid and point.draft.refs():
        point.draft.add(say("thing-unsaid", things="、".join(unsaid)))
    return replace(point, is_partial=point.is_partial or bool(unsaid))


def _with_other_places(part: Part, point: Point) -> Point:
    if point.kind is not Kind.VERDICT or part.matter is not Matter.COMPARE_PLACES:
        point.draft.extend(places.say_foreign(part))
    return point
