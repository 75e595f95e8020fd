"""Whether somebody belongs to those who are supported."""

from decimal import Decimal

from knowledge.answering.answerers.clauses import find_own_clauses
from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.clause_lines import say_clause
from knowledge.answering.conditions import (
    find_groups_clause,
    find_supporting_clause,
    say_conditions,
)
from knowledge.answering.context import spoken, token
from knowledge.answering.draft import Draft, cite
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.texts import say
from knowledge.documents import Matter, Subject
from knowledge.regions.divisions import divisions
from knowledge.rules.vocabulary import Term
from knowledge.understanding.labels import Form, Role
from knowledge.understanding.values.spreads import Spread
from knowledge.understanding.values.times import Period

# An open question for the conditions; yes_no asks whether they are met.
_OPEN_FORMS = (Form.LIST, Form.WHICH, Form.WHO, Form.HOW, Form.DEFINE)
_GRADUATES = "高校毕业生"


@answers_on(Matter.ELIGIBILITY)
def say_groups(part: Part) -> Point | None:
    """Whether the groups that are named are supported, and what speaks against."""
    context, draft = part.context, Draft()
    for group in context.reading.groups:
        if too_late := _graduated_too_long_ago(part, group):
            draft.extend(too_late)
        elif ref := find_supporting_clause(group, context.documents, context.ladder, context.on):
            draft.add(say("group-in", group=group.name, cite=cite(ref)))
        elif ref := find_groups_clause(context):
            draft.add(say("group-unsaid", group=group.name, cite=cite(ref)))
    if not draft.lines:
        return None
    return part.point(Kind.VERDICT, draft)


@answers_on(Matter.ELIGIBILITY)
def say_open_conditions(part: Part) -> Point | None:
    """What an open question for the conditions is told."""
    context = part.context
    is_open = part.ask is not None and part.ask.form in _OPEN_FORMS
    if not is_open or context.subject is Subject.ENTERPRISE:
        return None
    draft, own = Draft(), find_own_clauses(part)
    for hit in own:
        say_clause(draft, hit, past=part.is_past)
    draft.extend(say_conditions(context, with_groups=not own))
    if not draft.lines:
        return None
    return part.point(Kind.CLAUSE, draft)


def _graduated_too_long_ago(part: Part, group: Term) -> Draft | None:
    """That the years since graduation are more than a place allows, where both are known."""
    context = part.context
    years, since = context.rules.base("eligibility.graduate_years"), _years_since(part)
    if group.name != _GRADUATES or since is None:
        return None
    sayer = Sayer(context)
    if years is None:
        return _graduates_elsewhere(sayer, since)
    if since <= Decimal(years.value):
        return None
    sayer.draft.allowed.add(f"{since}年")
    sayer.add("graduate-too-late", since=since, value=sayer.value(years))
    return sayer.draft


def _graduates_elsewhere(sayer: Sayer, since: int) -> Draft | None:
    """That places set a number of years which is over, where none is known for the asker's."""
    context = sayer.context
    over = [
        value
        for value in context.parameters.get("eligibility.graduate_years").values
        if value.holds_on(context.on)
        and value.document_id in context.documents
        and since > Decimal(value.value)
    ]
    if not over:
        return None
    sayer.draft.allowed.add(f"{since}年")
    examples = "、".join(
        say(
            "figure-example",
            region=divisions().get(v.region).name,
            value=spoken(v, sayer.parameter(v)),
            cite=token(v),
        )
        for v in over[:2]
    )
    sayer.add("graduate-elsewhere", since=since, examples=examples)
    return sayer.draft


def _years_since(part: Part) -> int | None:
    value = part.context.reading.value(Role.SINCE_EVENT)
    if isinstance(value, Period):
        return part.context.today.year - value.first.year
    if isinstance(value, Spread) and value.low == value.high:
        return int(value.low) // 12
    return None
