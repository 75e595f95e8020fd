"""What it costs: the rate, who pays the interest, and the sums."""

from decimal import Decimal

from knowledge.answering.answerers.figures import Sayer
from knowledge.answering.answerers.registry import answers_on
from knowledge.answering.context import Context
from knowledge.answering.interest import say_interest
from knowledge.answering.points import Kind, Part, Point
from knowledge.answering.texts import say
from knowledge.assessment.limits import find_limit
from knowledge.documents import Matter, Subject
from knowledge.rules.parameters import ParameterValue
from knowledge.understanding.labels import Form, Role
from knowledge.understanding.values.shares import Rate, Share

_HALF, _ALL = Decimal(50), Decimal(100)
# A share laid down for one kind of borrower is written as a tier of that name.
_TIERS = {Subject.PERSONAL: "个人", Subject.ENTERPRISE: "小微企业"}
_NAMES = {
    Subject.PERSONAL: "subsidy.share_personal",
    Subject.ENTERPRISE: "subsidy.share_enterprise",
}


@answers_on(Matter.INTEREST_SUM, Matter.SUBSIDY, Matter.RATE, Matter.REPAYMENT)
def say_sum(part: Part) -> Point | None:
    """The interest in yuan, where amount and rate are told."""
    draft = say_interest(part.context)
    if not draft.lines:
        return None
    return part.point(Kind.SUM, draft)


@answers_on(Matter.SUBSIDY, Matter.INTEREST_SUM, of_today=True)
def say_subsidy(part: Part) -> Point | None:
    """Who pays the interest."""
    context = part.context
    sayer = Sayer(context)
    # Who belongs to a group is a person, whether it is said or not.
    whom = Subject.PERSONAL if context.traits.words else context.subject
    subjects = [whom] if whom in _NAMES else [*_NAMES]
    shares = {subject: _share(context, subject) for subject in subjects if subject}
    told = {value.value for value in shares.values() if value is not None}
    if not told:
        return None
    if len(told) == 1:
        only = next(value for value in shares.values() if value is not None)
        _say_share(sayer, only, "firm" if whom is Subject.ENTERPRISE else "you")
        _answer_first(sayer, part, Decimal(only.value))
    else:
        for subject, value in shares.items():
            if value is not None:
                _say_share(sayer, value, "person" if subject is Subject.PERSONAL else "firm")
    return part.point(Kind.FIGURE, sayer.draft)


def _share(context: Context, subject: Subject) -> ParameterValue | None:
    """The nearest share for that kind of borrower, a confirmed one before others.

    One for a group that the asker belongs to comes first.
    """
    ladder = list(context.ladder)
    names = (_NAMES[subject], "subsidy.share")
    for limit in (find_limit(context.rules, name, context.traits) for name in names):
        if limit is not None and limit.fitting:
            return limit.fitting[-1]
    found = [
        value
        for name in names
        for value in context.rules.all(name)
        if value.tier in ("base", _TIERS[subject])
    ]
    found.sort(key=lambda value: (not value.confirmed, ladder.index(value.region)))
    return found[0] if found else None


def _say_share(sayer: Sayer, value: ParameterValue, who: str) -> None:
    share = Decimal(value.value)
    key = "half" if share == _HALF else "all" if share == _ALL else "part"
    line = say(f"subsidy-{key}", who=say(f"subsidy-{who}"), share=sayer.value(value))
    if value.tier not in ("base", *_TIERS.values()):
        line = say("subsidy-tier", condition=sayer.condition(value)) + line
    sayer.draft.add(line)


def _answer_first(sayer: Sayer, part: Part, share: Decimal) -> None:
    """Yes or no to what was heard, or to whether it is paid at all, before all else."""
    heard = part.context.reading.value(Role.SHARE_HEARD)
    if isinstance(heard, Share) and heard.low == heard.high == int(heard.low):
        key = "heard-share-right" if heard.low == share else "heard-share-wrong"
        heard_said = sayer.told_percent(Decimal(heard.low))
    elif part.ask is not None and part.ask.form is Form.YES_NO and share < _ALL:
        key, heard_said = "subsidy-not-all", ""
    else:
        return
    sayer.draft.lines[0] = say(key, heard=heard_said) + sayer.draft.lines[0]


@answers_on(Matter.RATE, of_today=True)
def say_rate(part: Part) -> Point | None:
    """How high the rate may be."""
    context = part.context
    caps = context.rules.all("rate.cap_above_lpr")
    if not caps:
        return None
    sayer = Sayer(context)
    base = next((value for value in caps if value.tier == "base"), None)
    if base is None:
        said = "；".join(
            say("rate-tier", condition=sayer.condition(value), value=sayer.value(value))
            for value in caps
        )
        sayer.add("rate-caps", caps=said)
    else:
        points = Decimal(base.value) / 100
        percent = f"{points.normalize():f}"
        sayer.draft.allowed |= {f"{percent}个", f"{percent}%"}
        sayer.add("rate-cap", value=sayer.value(base), percent=percent)
        _say_offered(sayer, _say_with_lpr(sayer, points))
    return part.point(Kind.FIGURE, sayer.draft)


def _say_with_lpr(sayer: Sayer, points: Decimal) -> Decimal | None:
    """The highest rate in percent, where the LPR is told or known."""
    lpr = sayer.context.reading.value(Role.LPR)
    percent = lpr.percent if isinstance(lpr, Rate) else None
    if percent is not None and percent.low == percent.high:
        given = Decimal(percent.low)
        most, said = f"{(given + points).normalize():f}%", f"{given.normalize():f}%"
        sayer.draft.allowed |= {most, said}
        sayer.add("rate-with-lpr", lpr=said, most=most)
        return given + points
    if known := sayer.context.rules.base("rate.lpr_1y"):
        most = f"{(Decimal(known.value) + points).normalize():f}%"
        sayer.draft.allowed.add(most)
        as_of = sayer.condition(known) if known.condition else ""
        sayer.add("rate-with-known-lpr", lpr=sayer.value(known), as_of=as_of, most=most)
        return Decimal(known.value) + points
    return None


def _say_offered(sayer: Sayer, most: Decimal | None) -> None:
    """Whether the rate that the asker was offered is within the highest."""
    offered = sayer.context.facts.rate
    if most is None or offered is None:
        return
    said = sayer.told_percent(offered.normalize())
    key = "rate-offered-above" if offered > most else "rate-offered-within"
    sayer.draft.lines.insert(0, say(key, rate=said))
