"""The limit of one kind of borrower, against what is wanted and what was heard."""

from decimal import Decimal

from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.hearsay import answer_hearsay
from knowledge.answering.texts import say
from knowledge.assessment.limits import Limit, Standing, find_limit, missing_jobs

# With tiers above the rest, so many are named.
MOST_TIERS = 3


def say_limit(sayer: Sayer, name: str, who: str) -> bool:
    """The limit, against what is wanted or was heard; False where none is known."""
    context = sayer.context
    limit = find_limit(context.rules, name, context.traits)
    if limit is None:
        return False
    wanted = context.facts.amount
    if wanted is not None:
        _compare(sayer, limit, wanted, who)
    elif not answer_hearsay(sayer, limit, name, who):
        _say_plainly(sayer, limit, who)
    return True


def _say_plainly(sayer: Sayer, limit: Limit, who: str) -> None:
    base = limit.base
    if limit.fitting:
        best = limit.fitting[-1]
        sayer.add(
            "amount-for-tier",
            who=who,
            condition=sayer.condition(best),
            value=sayer.value(best),
            base=say("amount-else", value=sayer.value(base)) if base else "",
        )
        return
    if base is not None:
        sayer.add("amount-plain", who=who, value=sayer.value(base))
    _say_tiers(sayer, limit)


def _say_tiers(sayer: Sayer, limit: Limit) -> None:
    tiers = limit.tiers[:MOST_TIERS]
    if tiers:
        said = "；".join(
            say("amount-tier", condition=sayer.condition(tier), value=sayer.value(tier))
            for tier in tiers
        )
        sayer.add("amount-tiers" if limit.base else "amount-only-tiers", tiers=said)


def _compare(sayer: Sayer, limit: Limit, wanted: Decimal, who: str) -> None:
    standing, value = limit.standing(wanted)
    if value is None:
        return
    said = sayer.told(wanted)
    if standing is Standing.BY_TIER:
        sayer.add(
            "amount-by-tier" if limit.base else "amount-by-tier-only",
            who=who,
            wanted=said,
            base=sayer.value(limit.base) if limit.base else "",
            condition=sayer.condition(value),
            value=sayer.value(value),
        )
        if gap := missing_jobs(value, sayer.context.traits):
            sayer.draft.allowed |= {f"{sayer.context.traits.jobs}人", f"{gap}人"}
            sayer.add("jobs-missing", jobs=sayer.context.traits.jobs, gap=gap)
        return
    key = "amount-within" if standing is Standing.WITHIN else "amount-above"
    sayer.add(key, who=who, wanted=said, value=sayer.value(value))
    if standing is Standing.WITHIN and value.tier != "base":
        sayer.add("amount-tier-needs", condition=sayer.condition(value))
