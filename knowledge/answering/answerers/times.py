"""What held at the time asked about, and what holds now."""

from dataclasses import replace
from decimal import Decimal

from knowledge.answering.answerers.clauses import SPEAKS_OF_IT
from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.draft import Draft
from knowledge.answering.figures import parameters_for, say_figures
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.texts import say
from knowledge.documents import Matter, Topic
from knowledge.rules.parameters import Parameter, ParameterValue
from knowledge.understanding.matters import topics_of

_WITH_FIGURES = {
    Topic.AMOUNT, Topic.TERM, Topic.RATE, Topic.SUBSIDY, Topic.REPEAT, Topic.HIRING,
    Topic.OTHER_LOANS, Topic.COUNTER_GUARANTEE,
}  # fmt: skip

# Of so many times asked about the figures are told.
MOST_TIMES = 4
# From so much likelihood on a further matter tells what of the past is meant; from 0 to 1.
_LEAST = 0.03
# What one asks of then to know it of now; an old contract goes on by the rule of its day.
_COMPARED = (Topic.AMOUNT, Topic.REPEAT, Topic.HIRING)


@answers_on(
    Matter.AMOUNT,
    Matter.AMOUNT_TIERS,
    Matter.TERM,
    Matter.RATE,
    Matter.SUBSIDY,
    Matter.INTEREST_SUM,
    Matter.REPEAT,
    Matter.OTHER_LOANS,
    Matter.HIRING,
    Matter.WAIVER,
    Matter.HISTORY,
)
def say_past(part: Part) -> Point | None:
    """The figures of then, and those of now where they differ."""
    reading = part.context.reading
    if not part.context.asks_of_the_past:
        return None
    topic = _topic(part)
    draft = _say_each_time(part, topic)
    if not draft.lines:
        return None
    if reading.period is not None and reading.period.last < part.context.today:
        for parameter in parameters_for(part.context, topic)[:1]:
            then = [f.value for f in draft.figures if f.name == parameter.name]
            if topic in _COMPARED and then:
                _say_now(part, parameter, max(then), draft)
    return part.point(Kind.FIGURE, draft, differs=False)


def _say_each_time(part: Part, topic: Topic) -> Draft:
    """The figures of every time that is asked about."""
    context, reading = part.context, part.context.reading
    draft = Draft()
    for time in reading.times[:MOST_TIMES] or (None,):
        then = replace(reading, times=(time,)) if time else reading
        draft.extend(say_figures(replace(context, reading=then), topic))
    return draft


def _topic(part: Part) -> Topic:
    """The topic of the figures; how something changed is asked of what the best clause is on.

    Where none is plainly best, of what else the message is likeliest about.
    """
    if part.matter is not Matter.HISTORY:
        return topics_of(part.matter)[0]
    if part.ranked and part.ranked[0][0] >= SPEAKS_OF_IT:
        found = (topics_of(m)[0] for m in part.ranked[0][1].chunk.clause.matters)
        if topic := next((one for one in found if one in _WITH_FIGURES), None):
            return topic
    likely = sorted(part.context.reading.matters.items(), key=lambda pair: -pair[1])
    topics = (
        topics_of(matter)[0]
        for matter, sure in likely
        if matter is not Matter.HISTORY and sure >= _LEAST
    )
    return next((topic for topic in topics if topic in _WITH_FIGURES), Topic.AMOUNT)


def _say_now(part: Part, parameter: Parameter, then: Decimal, draft: Draft) -> None:
    context = part.context
    values = context.parameters.in_force(
        parameter.name, region=context.region, on=context.today, live=context.documents
    )
    now = next((v for v in values if v.tier == "base" and v.confirmed), None)
    if now is None or not isinstance(now.value, Decimal):
        return
    sayer = Sayer(context)
    more = _difference(sayer, now, then)
    sayer.add("now", label=parameter.label, value=sayer.value(now), more=more)
    draft.extend(sayer.draft)


def _difference(sayer: Sayer, now: ParameterValue, then: Decimal) -> str:
    gap = Decimal(now.value) - then
    if gap == 0:
        return say("now-same")
    return say("now-more" if gap > 0 else "now-less", gap=sayer.computed(abs(gap), now))
