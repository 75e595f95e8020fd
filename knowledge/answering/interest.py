"""What a loan costs, said in a sentence: interest, what the treasury pays, what is left."""

import re
from decimal import ROUND_HALF_UP, Decimal

from knowledge.answering.context import Context, figure_of, spoken, token
from knowledge.answering.draft import Draft, SaidFigure
from knowledge.answering.reckoning import Loan, LoanProduct, Place, Reckoning, reckon
from knowledge.answering.texts import say, say_value, say_yuan
from knowledge.documents import Subject
from knowledge.rules.parameters import Unit
from knowledge.rules.schedules import Repayment

_EQUAL = re.compile(r"等额|月供|每月还本|按月还本|每个?月还多少")
_BULLET = re.compile(r"一次(?:性)?还本付息|利随本清|到期一次")


def say_interest(context: Context) -> Draft:
    """The interest on an amount, for its term or a year, and what the treasury pays of it.

    Reckoned as quotes are: what is above the limit or beyond the term is not subsidised.
    """
    draft = Draft()
    quantities = context.reading.quantities
    if not quantities.amounts or not _asks_interest(context):
        return draft
    if quantities.rate is None:
        return _ask_rate(context)
    loan = _loan(context)
    place = Place(context.parameters, context.documents, context.region, context.on)
    done = reckon(loan, place)
    if done.subsidy is None:
        return draft
    rule = done.subsidy.rule
    draft.allowed |= {f"{loan.rate:f}%", say_value(Decimal(loan.months), Unit.MONTHS)}
    fields = {
        "principal": _yuan(loan.principal, draft),
        "rate": f"{loan.rate:f}%",
        "term": say_value(Decimal(loan.months), Unit.MONTHS),
        "method": say(f"interest-{loan.repayment}"),
        "interest": _yuan(done.interest, draft),
        "monthly": _monthly(done, draft),
        "share": spoken(rule, context.parameters.get(rule.parameter)),
        "cite": token(rule),
    }
    if done.treasury is None:
        draft.add(say("interest-uncounted", **fields))
        return draft
    said = {
        "treasury": _yuan(done.treasury, draft),
        "borrower": _yuan(done.interest - done.treasury, draft),
    }
    figure = SaidFigure("subsidy.total", done.treasury, "yuan", rule.clause)
    draft.add(say("interest-computed", **fields, **said), figure)
    _say_bounds(done, draft)
    return draft


def _ask_rate(context: Context) -> Draft:
    draft = Draft()
    share = context.base("subsidy.share_personal") or context.base("subsidy.share")
    if share is not None:
        parameter = context.parameters.get(share.parameter)
        line = say("interest-needs-rate", share=spoken(share, parameter), cite=token(share))
        draft.add(line, *figure_of(share, parameter))
    return draft


def _loan(context: Context) -> Loan:
    reading, quantities = context.reading, context.reading.quantities
    product = LoanProduct.PERSONAL
    if reading.subject is Subject.PARTNERS or quantities.partners:
        product = LoanProduct.PARTNERS
    elif reading.subject is Subject.ENTERPRISE:
        product = LoanProduct.ENTERPRISE
    repayment = Repayment.INTEREST_FIRST
    if _EQUAL.search(reading.plain):
        repayment = Repayment.EQUAL_INSTALMENTS
    elif _BULLET.search(reading.plain):
        repayment = Repayment.BULLET
    return Loan(
        product=product,
        principal=quantities.amounts[0],
        months=quantities.months or 12,
        repayment=repayment,
        rate=quantities.rate.normalize() if quantities.rate is not None else None,
        partners=quantities.partners or 2,
    )


def _monthly(done: Reckoning, draft: Draft) -> str:
    """What falls due in the first month, where something does."""
    first = done.schedule[0]
    due = _yuan(first.principal_yuan + first.interest_yuan, draft)
    if done.loan.repayment is Repayment.BULLET or len(done.schedule) == 1:
        return ""
    key = "interest-monthly"
    if done.loan.repayment is Repayment.EQUAL_INSTALMENTS:
        key = "interest-instalment"
    return say(key, due=due)


def _say_bounds(done: Reckoning, draft: Draft) -> None:
    """That a part of the principal or of the time was left out, and by which rule."""
    if done.is_above_limit and done.limit is not None:
        cites = "".join(token(rule) for rule in done.limit_rules)
        draft.add(say("interest-above-limit", limit=_yuan(done.limit, draft), cite=cites))
    if done.is_beyond_term and done.term is not None:
        term = say_value(Decimal(done.subsidised_months), Unit.MONTHS)
        draft.allowed.add(term)
        draft.add(say("interest-beyond-term", term=term, cite=token(done.term)))


def _yuan(amount: Decimal, draft: Draft) -> str:
    """The amount to the yuan, as people say it; it is worked out, so no clause holds it."""
    said = say_yuan(amount.quantize(Decimal(1), ROUND_HALF_UP))
    draft.allowed |= {said, said.removesuffix("元")}
    return said


def _asks_interest(context: Context) -> bool:
    """Whether it is the cost that is asked for; a rate named says so by itself."""
    text = context.reading.plain
    return context.reading.quantities.rate is not None or "息" in text or bool(_EQUAL.search(text))
