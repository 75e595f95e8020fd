"""Times still to come: nobody can tell, so what holds today is said and called that."""

from dataclasses import replace

from knowledge.answering.context import Context
from knowledge.answering.draft import Draft
from knowledge.answering.points import Part, Point
from knowledge.answering.texts import say
from knowledge.documents import PolicyDocument


def is_ahead(context: Context) -> bool:
    """Whether a time is asked about that is still to come, and of which no rule is known yet."""
    period = context.reading.period
    if period is None or period.first <= context.today:
        return False
    own = (d for d in context.documents.values() if d.region in context.ladder)
    return not any(_begins(document, context) for document in own)


def _begins(document: PolicyDocument, context: Context) -> bool:
    period, starts = context.reading.period, document.starts
    if period is None or starts is None:
        return False
    return context.today < starts.first <= period.last


def as_of_today(part: Part) -> Part:
    """The same asked of today."""
    reading = replace(part.context.reading, times=())
    return replace(part, context=replace(part.context, reading=reading))


def behind_the_forecast(context: Context, point: Point) -> Point:
    """The point of today behind that nobody can tell what will be."""
    draft = Draft()
    when = context.reading.times[0].text
    draft.add(say("ahead", when=when))
    draft.allow_in(when)
    draft.extend(point.draft)
    return point.with_draft(draft)
