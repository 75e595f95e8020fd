"""One short question back, with the readings to choose from, where a guess would decide.

What is chosen is said as the person's next message; it completes the question that was asked.
"""

from knowledge.answering.context import Context
from knowledge.answering.models import AskedBack, ReadingChoice
from knowledge.answering.texts import say, say_yuan
from knowledge.documents import Topic
from knowledge.regions.divisions import divisions
from knowledge.understanding.interpretation import Doubt, Entity
from knowledge.understanding.labels import Matter, Role

MOST_CHOICES = 5
MOST_MATTERS = 3
_HEADS = (
    Role.EMPLOYEES, Role.NEW_HIRES, Role.LEAVERS, Role.PARTNERS_TOTAL, Role.PARTNERS_OTHERS,
)  # fmt: skip
_MONEY = (Role.AMOUNT_WANTED, Role.AMOUNT_HEARD, Role.LOAN_BALANCE)
# What may be meant by a number of persons and by a sum; the texts are in the catalogue.
_READ_HEADS = ("partners", "staff", "hired")
_READ_MONEY = ("wanted", "owed", "heard")


def ask_back(context: Context) -> AskedBack | None:
    """What is asked back, if anything that decides is in doubt."""
    doubts = context.reading.doubts
    topics = set(context.reading.topics)
    if Doubt.PLACE in doubts and (found := _place(context)):
        return found
    if Doubt.HEADS in doubts and topics & {Topic.AMOUNT, Topic.HIRING}:
        return _number(context, _HEADS, "heads", _READ_HEADS)
    if Doubt.MONEY in doubts and topics & {Topic.AMOUNT, Topic.OTHER_LOANS}:
        return _number(context, _MONEY, "money", _READ_MONEY)
    if Doubt.SPREAD in doubts and context.reading.asks_about(Matter.INTEREST_SUM):
        return _spread(context)
    return ask_which(context) if Doubt.MATTER in doubts else None


def _place(context: Context) -> AskedBack | None:
    unclear = [p for p in context.reading.places if p.role is Role.PLACE_BUSINESS and not p.code]
    if not unclear or not unclear[-1].mention.codes:
        return None
    mention = unclear[-1].mention
    names = [divisions().full_name(code) for code in mention.codes[:MOST_CHOICES]]
    return AskedBack(
        question=say("back-place", place=mention.text),
        readings=[ReadingChoice(label=name, says=name) for name in names],
    )


def _number(
    context: Context, roles: tuple[Role, ...], kind: str, readings: tuple[str, ...]
) -> AskedBack | None:
    unsure = [e for e in context.reading.of(*roles) if not e.is_earlier]
    if not unsure:
        return None
    number = min(unsure, key=lambda e: e.confidence).text
    return AskedBack(
        question=say(f"back-{kind}", number=number),
        readings=[
            ReadingChoice(
                label=say(f"back-{kind}-{one}", number=number),
                says=say(f"back-{kind}-{one}-says", number=number),
            )
            for one in readings
        ],
    )


def _spread(context: Context) -> AskedBack | None:
    spread = next((e for e in context.reading.of(Role.AMOUNT_WANTED) if e.value), None)
    if spread is None:
        return None
    return AskedBack(
        question=say("back-spread", sum=spread.text),
        readings=[
            ReadingChoice(label=said, says=say("back-spread-says", sum=said))
            for said in _limits(spread)
        ],
    )


def _limits(spread: Entity) -> list[str]:
    limits = (getattr(spread.value, name, None) for name in ("low", "high"))
    return [say_yuan(limit) for limit in limits if limit is not None]


def ask_which(context: Context) -> AskedBack | None:
    """Which of the likeliest matters is meant; None where fewer than two are likely at all."""
    likeliest = sorted(context.reading.matters.items(), key=lambda pair: -pair[1])
    named = [matter for matter, _ in likeliest[:MOST_MATTERS] if matter is not Matter.OTHER]
    if len(named) < 2:
        return None
    labels = [say(f"matter-{matter.value}") for matter in named]
    return AskedBack(
        question=say("back-matter"),
        readings=[ReadingChoice(label=label, says=label) for label in labels],
    )
