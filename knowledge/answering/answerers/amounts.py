"""How much: for a person, a firm and partners; against what is wanted and what was heard."""

from knowledge.answering.answerers.clauses import say_clauses
from knowledge.answering.answerers.figures import Sayer, whom
from knowledge.answering.answerers.firms import say_need
from knowledge.answering.answerers.limits import say_limit
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.figures import say_higher_elsewhere
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.texts import say
from knowledge.assessment.limits import (
    PartnersLimit,
    find_partners_limit,
)
from knowledge.documents import Matter, Subject

EXAMPLE_PARTNERS = 2


@answers_on(Matter.AMOUNT, Matter.AMOUNT_TIERS, of_today=True)
def say_amount(part: Part) -> Point | None:
    """The limit of the asker's kind, first against what is wanted or was heard."""
    context = part.context
    sayer = Sayer(context)
    if context.facts.partners or context.subject is Subject.PARTNERS:
        found = _say_partners(sayer)
    elif context.subject is Subject.ENTERPRISE:
        found = say_limit(sayer, "amount.enterprise", say("whom-firm"))
        _say_firm_conditions(sayer)
    else:
        found = say_limit(sayer, "amount.personal", whom(context))
        if context.facts.staff and found:
            sayer.add("staff-are-no-partners")
        if context.subject is None and found:
            _say_firm_beside(sayer)
    if not found:
        return None
    say_higher_elsewhere(context, sayer.draft)
    kind = Kind.VERDICT if context.facts.amount is not None else Kind.FIGURE
    return part.point(kind, sayer.draft)


def _say_firm_beside(sayer: Sayer) -> None:
    firm = sayer.context.rules.confirmed("amount.enterprise")
    if firm is not None and sayer.context.facts.amount is None and not sayer.context.traits.words:
        sayer.add("amount-firm-beside", value=sayer.value(firm))


def _say_firm_conditions(sayer: Sayer) -> None:
    rules = sayer.context.rules
    per_hire = rules.base("amount.enterprise_per_hire")
    if per_hire is not None:
        sayer.add("amount-per-hire", value=sayer.value(per_hire))
    if subsidised := rules.confirmed("amount.enterprise_subsidised"):
        sayer.add("amount-subsidised", value=sayer.value(subsidised))
    if not say_need(sayer) and (ratio := rules.confirmed("hiring.ratio")):
        sayer.add("amount-firm-needs-hires", ratio=sayer.value(ratio))


def _say_partners(sayer: Sayer) -> bool:
    context = sayer.context
    named = context.facts.partners
    found = find_partners_limit(context.rules, named or EXAMPLE_PARTNERS)
    if found is None:
        return False
    _say_partners_limit(sayer, found, is_example=named is None)
    wanted = context.facts.amount
    if wanted is not None and named is not None:
        key = "partners-within" if wanted <= found.total else "partners-above"
        said = sayer.told(wanted)
        sayer.draft.lines.insert(0, say(key, wanted=said))
    sayer.add("partners-each-qualifies")
    return True


def _say_partners_limit(sayer: Sayer, found: PartnersLimit, *, is_example: bool) -> None:
    partners = found.partners
    sayer.draft.allowed |= {f"{partners}人", f"{partners}个"}
    if found.per_head is not None:
        line = say(
            "partners-per-head",
            partners=partners,
            total=sayer.computed(found.total, found.per_head),
            value=sayer.value(found.per_head),
            bound=say("partners-fixed-bound", value=sayer.value(found.fixed))
            if found.fixed
            else "",
        )
    elif found.fixed is not None:
        sayer.add("partners-fixed", value=sayer.value(found.fixed))
        return
    elif found.personal is not None and found.share is not None:
        line = say(
            "partners-computed",
            partners=partners,
            total=sayer.computed(found.total, found.personal),
            personal=sayer.value(found.personal),
            sum=sayer.computed(found.sum_of_limits, found.personal),
            share=sayer.value(found.share),
            bound=say("partners-bound", cap=sayer.value(found.cap)) if found.cap else "",
        )
    else:
        return
    sayer.draft.add(say("partners-example", line=line) if is_example else line)


@answers_on(Matter.PRODUCT_CHOICE)
def say_choice(part: Part) -> Point | None:
    """What tells the ways apart where a clause says it; else what each of them gives."""
    return say_clauses(part) or say_amount(part)
