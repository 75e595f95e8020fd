"""Answers that are worked out from head counts: partners together, hires needed."""

from decimal import Decimal

from knowledge.answering.context import Context, figure_of, spoken, token
from knowledge.answering.draft import Draft, SaidFigure
from knowledge.answering.texts import say, say_yuan
from knowledge.documents import Subject
from knowledge.rules.calculations import partners_cap, required_hires
from knowledge.rules.parameters import ParameterValue


def say_partners(context: Context) -> Draft:
    """What a number of partners may borrow together, where the rule is a share of the sum.

    Two are taken as an example where the question names no number.
    """
    draft = Draft()
    named = context.facts.partners
    is_partners = context.subject is Subject.PARTNERS
    is_example = named is None and is_partners and context.reading.period is None
    partners = 2 if is_example else named
    share, personal = context.base("amount.partners_share"), context.base("amount.personal")
    if not partners or partners < 2 or share is None or personal is None:
        return draft
    if any(context.in_force(n) for n in ("amount.partners", "amount.partners_per_head")):
        return draft  # the place has a fixed total; that figure is said instead
    cap = context.base("amount.enterprise")
    total = partners_cap(partners, _number(personal), _number(share), _number(cap) if cap else None)
    bound = (
        say("partners-bound", cap=say_yuan(_number(cap)), cite=token(cap))
        if cap is not None
        else ""
    )
    parameters = context.parameters
    line = say(
        "partners-computed",
        partners=partners,
        personal=spoken(personal, parameters.get("amount.personal")),
        cite_personal=token(personal),
        share=spoken(share, parameters.get("amount.partners_share")),
        cite_share=token(share),
        sum=say_yuan(partners * _number(personal)),
        total=say_yuan(total),
        bound=bound,
    )
    if is_example:
        line = say("partners-example", line=line)
    said = (say_yuan(total), say_yuan(partners * _number(personal)))
    draft.allowed |= {f"{partners}人", *(text.removesuffix("元") for text in said)}
    draft.add(line, SaidFigure("amount.partners_total", total, "yuan", share.clause))
    return draft


def say_hires(context: Context) -> Draft:
    """Whether the newly hired suffice for an enterprise of that size."""
    draft = Draft()
    staff, hired = context.facts.staff, context.facts.hired
    if not staff:
        return draft
    name = "hiring.ratio_over_100" if staff > 100 else "hiring.ratio"
    ratio = context.base(name)
    if ratio is None:
        return draft
    needed = required_hires(staff, _number(ratio))
    key = "hires-needed" if hired is None else "hires-enough" if hired >= needed else "hires-short"
    line = say(
        key,
        staff=staff,
        ratio=spoken(ratio, context.parameters.get(name)),
        needed=needed,
        hired=hired,
        gap=needed - (hired or 0),
        cite=token(ratio),
    )
    draft.allowed |= {f"{number}人" for number in (staff, needed, hired, needed - (hired or 0))}
    draft.add(line, SaidFigure("hiring.needed", Decimal(needed), "persons", ratio.clause))
    draft.figures += figure_of(ratio, context.parameters.get(name))
    return draft


def _number(value: ParameterValue) -> Decimal:
    return Decimal(value.value)
