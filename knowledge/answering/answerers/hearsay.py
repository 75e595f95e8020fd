"""A sum that was heard of, put right: it is so, or is another's, another time's or place's."""

from collections.abc import Iterator
from decimal import Decimal

from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.context import Context
from knowledge.answering.figures import span_of
from knowledge.answering.texts import say
from knowledge.assessment.limits import Limit
from knowledge.documents import NATION
from knowledge.regions.divisions import divisions
from knowledge.rules.parameters import ParameterValue
from knowledge.understanding.labels import Form, Role
from knowledge.understanding.values.spreads import Spread

# Of so many other places that lay a sum down it is told.
MOST_PLACES = 2
# Whose limit is taken for whose, with how the other is called.
_OTHERS = {
    "amount.personal": ("amount.enterprise", "whom-firm"),
    "amount.enterprise": ("amount.personal", "whom-person"),
}


def answer_hearsay(sayer: Sayer, limit: Limit, name: str, who: str) -> bool:
    """What each sum is that was heard of, beside today's limit; False where none was."""
    heard, base = _heard(sayer.context), limit.base
    if not heard or base is None:
        return False
    now = Decimal(base.value)
    others = [amount for amount in heard if amount != now]
    tiers = {Decimal(tier.value): tier for tier in limit.tiers}
    for amount in (amount for amount in others if amount in tiers):
        said = {"heard": sayer.value(tiers[amount]), "condition": sayer.condition(tiers[amount])}
        sayer.add("heard-tier", who=who, value=sayer.value(base), **said)
    if now in heard or not sayer.draft.lines:
        key = "heard-right" if now in heard else "heard-now"
        no = "" if now in heard else _no(sayer.context)
        sayer.add(key, no=no, who=who, value=sayer.value(base))
    for amount in (amount for amount in others if amount not in tiers):
        if not _explain(sayer, name, amount):
            sayer.add("heard-unknown", heard=sayer.computed(amount, base))
    return True


def _no(context: Context) -> str:
    """No, where it is asked whether the sum is right; without a place it may be somewhere."""
    asks_whether = any(ask.form is Form.YES_NO for ask in context.reading.asks)
    if not asks_whether:
        return ""
    return say("heard-no" if context.reading.region else "heard-depends")


def _explain(sayer: Sayer, name: str, amount: Decimal) -> bool:
    """Say whose, when or where the sum holds; False where the material has it nowhere."""
    context = sayer.context
    other, whose = _OTHERS.get(name, (name, ""))
    if (theirs := context.rules.base(other)) is not None and Decimal(theirs.value) == amount:
        sayer.add("heard-of-other", heard=sayer.value(theirs), whose=say(whose))
    elif old := _once(context, name, amount) or _once(context, other, amount):
        sayer.draft.allow_in("".join(d.spoken() for d in (old.starts, old.ends) if d))
        sayer.add("heard-once", heard=sayer.value(old), span=span_of(old))
    elif there := list(_elsewhere(context, name, amount))[:MOST_PLACES]:
        places = "、".join(divisions().get(value.region).name for value in there)
        cite = "".join(sayer.citation(value) for value in there)
        sayer.add("heard-elsewhere", heard=sayer.plain(there[0]), places=places, cite=cite)
    else:
        return False
    return True


def _heard(context: Context) -> list[Decimal]:
    values = [e.value for e in context.reading.of(Role.AMOUNT_HEARD) if not e.is_earlier]
    sums = [Decimal(v.low) for v in values if isinstance(v, Spread) and v.low == v.high]
    return list(dict.fromkeys(sums))


def _once(context: Context, name: str, heard: Decimal) -> ParameterValue | None:
    """A value of that sum that held for everybody there, or in the nation, and ended."""
    ended = [
        value
        for value in context.parameters.get(name).values
        if value.region in context.ladder
        and value.tier == "base"
        and value.value == heard
        and value.ends is not None
        and value.ends.first <= context.on
        and value.document_id in context.documents
    ]
    return max(
        ended, key=lambda value: value.ends.first if value.ends else context.on, default=None
    )


def _elsewhere(context: Context, name: str, heard: Decimal) -> Iterator[ParameterValue]:
    """Values of that sum in force in other places, the wider ones first."""
    values = sorted(context.parameters.get(name).values, key=lambda value: value.region)
    told: set[str] = set()
    for value in values:
        is_other = value.region not in context.ladder and value.region != NATION
        holds = value.confirmed and value.holds_on(context.today)
        if is_other and holds and value.value == heard and value.region not in told:
            told.add(value.region)
            if value.document_id in context.documents:
                yield value
