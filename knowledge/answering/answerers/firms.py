"""Whether a firm has hired enough."""

from decimal import Decimal

from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.limits import say_limit
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.draft import SaidFigure
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.texts import say
from knowledge.assessment.hiring import HiringNeed, find_hiring_need
from knowledge.documents import Matter, Subject

# The tier of firms that have not hired the share, as the parameters call it.
BELOW_RATIO = "未达招用比例"


@answers_on(Matter.ELIGIBILITY)
def say_firm_conditions(part: Part) -> Point | None:
    """What a firm that asks for the conditions is told first: whom it must have hired."""
    return say_hiring(part) if part.context.subject is Subject.ENTERPRISE else None


@answers_on(Matter.HIRING, of_today=True)
def say_hiring(part: Part) -> Point | None:
    """Enough or not, where the staff is told; else the ratios."""
    context = part.context
    sayer = Sayer(context)
    if say_need(sayer):
        _say_window(sayer)
        if context.facts.amount is not None:
            say_limit(sayer, "amount.enterprise", say("whom-firm"))
        return part.point(Kind.VERDICT, sayer.draft, differs=False)
    few, many = (context.rules.base(f"hiring.{name}") for name in ("ratio", "ratio_over_100"))
    if few is None:
        return None
    key = "hires-ratios" if many else "hires-ratio"
    sayer.add(key, few=sayer.value(few), many=sayer.value(many) if many else "")
    _say_window(sayer)
    sayer.add("hires-qualify")
    return part.point(Kind.FIGURE, sayer.draft, differs=False)


def _verdict(need: HiringNeed) -> str:
    if need.hired is None:
        return "hires-needed"
    if need.is_open:
        return "hires-open"
    return "hires-short" if need.gap else "hires-enough"


def _say_window(sayer: Sayer) -> None:
    """Within how long before the application people must have been hired."""
    if window := sayer.context.rules.confirmed("hiring.window"):
        sayer.add("hires-window", value=sayer.value(window))


def say_need(sayer: Sayer) -> bool:
    """How many the staff told makes it hire, and whether it has; False where none is told."""
    facts = sayer.context.facts
    if not facts.staff:
        return False
    need = find_hiring_need(
        sayer.context.rules, facts.staff, facts.hired, is_sum=facts.hired_is_sum
    )
    if need is None:
        return False
    sayer.add(
        _verdict(need),
        staff=need.staff,
        ratio=sayer.plain(need.ratio),
        needed=need.needed,
        hired=need.hired,
        gap=need.gap,
        cite=sayer.value(need.ratio).removeprefix(sayer.plain(need.ratio)),
    )
    numbers = (need.staff, need.needed, need.hired, need.gap)
    sayer.draft.allowed |= {f"{number}人" for number in numbers if number is not None}
    sayer.draft.figures.append(
        SaidFigure("hiring.needed", Decimal(need.needed), "persons", need.ratio.clause)
    )
    if need.gap and need.hired:
        _say_below(sayer, need.hired)
    sayer.add("hires-qualify")
    return True


def _say_below(sayer: Sayer, hired: int) -> None:
    """What a place lends by heads to a firm that has not hired the share."""
    values = sayer.context.rules.all("amount.enterprise_per_hire")
    value = next((one for one in values if one.tier == BELOW_RATIO), None)
    if value is not None:
        total = sayer.computed(hired * Decimal(value.value), value)
        sayer.add("hires-below", value=sayer.value(value), hired=hired, total=total)
