"""Up to which sum nobody has to guarantee or pledge."""

from decimal import Decimal

from knowledge.answering.answerers.clauses import say_clauses
from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.points import Kind, Part, Point
from knowledge.assessment.limits import Standing, find_limit
from knowledge.documents import Matter, Subject


@answers_on(Matter.GUARANTOR, Matter.COLLATERAL)
def say_security(part: Part) -> Point | None:
    """Whether any is needed for what is wanted; else what clauses say of it."""
    if part.context.facts.amount is not None and (point := say_waiver(part)):
        return point
    return say_clauses(part) or say_waiver(part)


@answers_on(Matter.WAIVER, of_today=True)
def say_waiver(part: Part) -> Point | None:
    """Up to which sum no counter-guarantee is asked for, against what is wanted."""
    context = part.context
    is_firm = context.subject is Subject.ENTERPRISE
    name = "counter_guarantee.waiver_enterprise" if is_firm else "counter_guarantee.waiver"
    limit = find_limit(context.rules, name, context.traits)
    if limit is None:
        return None
    sayer, wanted = Sayer(context), context.facts.amount
    value = limit.fitting[-1] if limit.fitting else limit.base or limit.tiers[-1]
    condition = "" if value.tier == "base" else sayer.condition(value)
    if wanted is not None:
        said = sayer.told(wanted)
        standing, _ = limit.standing(wanted)
        within = standing is Standing.WITHIN and wanted <= Decimal(value.value)
        key = "waiver-within" if within else "waiver-above"
        sayer.add(key, wanted=said, value=sayer.value(value))
    else:
        sayer.add("waiver-plain", value=sayer.value(value))
    if condition:
        sayer.add("waiver-condition", condition=condition)
    return part.point(Kind.FIGURE, sayer.draft)
