"""What a loan costs, said in a sentence: interest, what the treasury pays, what is left."""

from decimal import ROUND_HALF_UP, Decimal

from knowledge.answering.context import Context, figure_of, spoken, token
from knowledge.answering.draft import Draft, SaidFigure
from knowledge.answering.texts import say, say_value, say_yuan
from knowledge.assessment.loan_cost import Loan, LoanProduct, Reckoning, reckon
from knowledge.documents import Subject
from knowledge.rules.parameters import ParameterValue, Unit
from knowledge.rules.schedules import Repayment, treasury_share
from knowledge.understanding.labels import Matter


def say_interest(context: Context) -> Draft:
    """The interest on an amount, for its term or a year, and what the treasury pays of it.

    Reckoned as quotes are: what is above the limit or beyond the term is not subsidised.
    """
    draft = Draft()
    if context.facts.amount is None or not _asks_interest(context):
        return draft
    if context.facts.rate is None and context.facts.lpr is None:
        return _ask_rate(context) if _asks_sum(context) else draft
    loan = _loan(context, context.facts.amount)
    done = reckon(loan, context.rules)
    rule = done.subsidy.rule if done.subsidy else _unconfirmed_share(context)
    if rule is None:
        return draft
    rate = f"{done.rate.normalize():f}%"
    draft.allowed |= {rate, say_value(Decimal(loan.months), Unit.MONTHS)}
    fields = {
        "principal": _yuan(loan.principal, draft),
        "rate": rate if loan.rate is not None else say("interest-highest", rate=rate),
        "term": say_value(Decimal(loan.months), Unit.MONTHS),
        "method": say(f"interest-{loan.repayment}"),
        "interest": _yuan(done.interest, draft),
        "monthly": _monthly(done, draft),
        "share": spoken(rule, context.parameters.get(rule.parameter)),
        "cite": token(rule),
    }
    if done.subsidy is None:
        _say_unconfirmed(done, rule, fields, draft)
        return draft
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


def _unconfirmed_share(context: Context) -> ParameterValue | None:
    """The nearest share of the interest that is written, though none is confirmed."""
    firm = context.subject is Subject.ENTERPRISE
    names = ("subsidy.share_enterprise" if firm else "subsidy.share_personal", "subsidy.share")
    found = [v for name in names for v in context.rules.all(name) if v.tier == "base"]
    ladder = list(context.ladder)
    return min(found, key=lambda value: ladder.index(value.region), default=None)


def _say_unconfirmed(
    done: Reckoning, rule: ParameterValue, fields: dict[str, str], draft: Draft
) -> None:
    """The whole interest, and what the treasury would pay of it if that share still held."""
    treasury = treasury_share(done.interest, Decimal(rule.value))
    said = {
        "treasury": _yuan(treasury, draft),
        "borrower": _yuan(done.interest - treasury, draft),
    }
    draft.add(say("interest-unconfirmed", **fields, **said))
    draft.basis.append(rule)


def _ask_rate(context: Context) -> Draft:
    draft = Draft()
    share = context.rules.base("subsidy.share_personal") or context.rules.base("subsidy.share")
    if share is not None:
        parameter = context.parameters.get(share.parameter)
        line = say("interest-needs-rate", share=spoken(share, parameter), cite=token(share))
        draft.add(line, *figure_of(share, parameter))
    return draft


def _loan(context: Context, amount: Decimal) -> Loan:
    facts = context.facts
    product = LoanProduct.PERSONAL
    if context.subject is Subject.PARTNERS:
        product = LoanProduct.PARTNERS
    elif context.subject is Subject.ENTERPRISE:
        product = LoanProduct.ENTERPRISE
    return Loan(
        product=product,
        principal=amount,
        months=facts.months or 12,
        repayment=context.reading.repayment or Repayment.INTEREST_FIRST,
        rate=facts.rate.normalize() if facts.rate is not None else None,
        lpr=facts.lpr,
        partners=facts.partners or 2,
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


def _asks_sum(context: Context) -> bool:
    """Whether a sum of yuan is what is asked for."""
    return context.reading.asks_about(Matter.INTEREST_SUM)


def _asks_interest(context: Context) -> bool:
    """Whether it is the cost that is asked for; a rate named says so by itself."""
    asks = context.reading.asks_about(
        Matter.INTEREST_SUM, Matter.SUBSIDY, Matter.RATE, Matter.REPAYMENT
    )
    return context.facts.rate is not None or asks
