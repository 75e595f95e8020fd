"""Whether a debt stands in the way: whose it is, of what kind, and how much is owed."""

from decimal import Decimal

from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.context import token
from knowledge.answering.draft import resolve
from knowledge.answering.points import Kind, Part, Point
from knowledge.documents import Matter
from knowledge.rules.parameters import ParameterValue
from knowledge.rules.vocabulary import Term
from knowledge.understanding.labels import Holder, Role

_CONSUMER = "消费贷款"
# Whose debts no rule counts, and whose it does not tell.
_NOT_COUNTED = frozenset({Holder.EX_SPOUSE, Holder.RELATIVE, Holder.FRIEND})


@answers_on(Matter.OTHER_LOANS, of_today=True)
def say_debts(part: Part) -> Point | None:
    """Whether the debts that are named count."""
    context = part.context
    rule = context.rules.base("other_loans.rule")
    if rule is None:
        return None
    sayer = Sayer(context)
    holders = set(context.reading.holders)
    if holders and holders <= _NOT_COUNTED:
        names = "、".join(dict.fromkeys(e.text for e in context.reading.of(Role.HOLDER)))
        key = "debt-of-ex" if holders == {Holder.EX_SPOUSE} else "debt-of-others"
        sayer.add(key, names=names, cite=_cite(sayer, rule))
    elif Holder.COMPANY in holders:
        sayer.add("debt-of-company", cite=_cite(sayer, rule))
    else:
        for loan in context.reading.loans:
            _say_debt(sayer, rule, loan, is_spouses=Holder.SPOUSE in holders)
        if not sayer.draft.lines:
            sayer.add("debt-rule", rule=sayer.value(rule))
    return part.point(Kind.VERDICT, sayer.draft)


def _say_debt(sayer: Sayer, rule: ParameterValue, loan: Term, *, is_spouses: bool) -> None:
    limit = sayer.context.rules.base("other_loans.consumer_limit")
    if loan.name == _CONSUMER and limit is not None:
        _say_consumer_loan(sayer, limit)
    else:
        evidence = resolve(rule.clause, sayer.context.documents)
        is_exempt = evidence and any(word in evidence.clause.text for word in loan.written)
        key = "loan-exempt" if is_exempt else "loan-counts"
        sayer.add(key, loan=loan.name, cite=_cite(sayer, rule))
    if is_spouses:
        sayer.add("debt-of-spouse")


def _say_consumer_loan(sayer: Sayer, limit: ParameterValue) -> None:
    owed = sayer.context.facts.balance
    if owed is None:
        sayer.add("loan-consumer", limit=sayer.value(limit))
        return
    said = sayer.told(owed)
    key = "loan-within" if owed <= Decimal(limit.value) else "loan-above"
    sayer.add(key, limit=sayer.value(limit), amount=said)


def _cite(sayer: Sayer, rule: ParameterValue) -> str:
    sayer.value(rule)
    return token(rule)
