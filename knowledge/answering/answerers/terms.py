"""How long, how often, how quickly: limits that are a number and little else."""

from decimal import Decimal

from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.texts import say, say_value
from knowledge.documents import Matter, Subject
from knowledge.rules.parameters import ParameterValue, Unit
from knowledge.understanding.labels import Role
from knowledge.understanding.values.counts import Count


@answers_on(Matter.TERM, of_today=True)
def say_term(part: Part) -> Point | None:
    """How long at most, against what is wanted."""
    context = part.context
    sayer, rules = Sayer(context), context.rules
    person, firm = rules.base("term.personal"), rules.base("term.enterprise")
    is_firm = context.subject is Subject.ENTERPRISE
    own = firm if is_firm else person
    if own is None:
        return None
    wanted = context.facts.months
    who = say("whom-firm" if is_firm else "whom-person")
    if wanted is not None:
        key = "term-within" if wanted <= Decimal(own.value) else "term-above"
        said = say_value(Decimal(wanted), Unit.MONTHS)
        sayer.draft.allowed.add(said)
        sayer.add(key, who=who, wanted=said, value=sayer.value(own))
    elif context.subject is None and firm is not None and person is not None:
        sayer.add("term-both", person=sayer.value(person), firm=sayer.value(firm))
    else:
        sayer.add("term-plain", who=who, value=sayer.value(own))
    return part.point(Kind.FIGURE, sayer.draft)


@answers_on(Matter.REPEAT, of_today=True)
def say_repeat(part: Part) -> Point | None:
    """How often at most, against how often already."""
    context = part.context
    most = _for_subject(part, "repeat.max_times")
    if most is None:
        return None
    sayer = Sayer(context)
    before = context.reading.value(Role.TIMES_BEFORE)
    if isinstance(before, Count) and before.low == before.high:
        left = int(Decimal(most.value)) - before.low
        sayer.draft.allowed |= {f"{before.low}次", f"{left}次"}
        key = "repeat-left" if left > 0 else "repeat-used"
        sayer.add(key, times=before.low, left=left, value=sayer.value(most))
    else:
        sayer.add("repeat-plain", value=sayer.value(most))
    return part.point(Kind.FIGURE, sayer.draft)


@answers_on(Matter.TIME_LIMIT, of_today=True)
def say_time_limit(part: Part) -> Point | None:
    """How many working days a place promises."""
    values = part.context.rules.all("time.workdays")
    if not values:
        return None
    days = min(values, key=lambda value: list(part.context.ladder).index(value.region))
    sayer = Sayer(part.context)
    key = "time-limit" if days.tier == "base" else "time-on-average"
    sayer.add(key, value=sayer.value(days))
    return part.point(Kind.FIGURE, sayer.draft, differs=False)


@answers_on(Matter.WHERE)
def say_where(part: Part) -> Point | None:
    """Which office takes applications."""
    office = _for_subject(part, "where.apply")
    if office is None or part.context.reading.region is None:
        return None
    sayer = Sayer(part.context)
    sayer.add("where-apply", value=sayer.value(office))
    return part.point(Kind.FIGURE, sayer.draft, differs=False)


def _for_subject(part: Part, name: str) -> ParameterValue | None:
    """The value for everybody, or that of the asker's kind where a place tells them apart."""
    wanted = "小微企业" if part.context.subject is Subject.ENTERPRISE else "个人"
    values = part.context.rules.all(name)
    own = next((value for value in values if value.tier == wanted), None)
    return own or next((value for value in values if value.tier == "base"), None)
