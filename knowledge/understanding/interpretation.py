"""What was understood of one message: plain data that everything else goes by.

Made by :mod:`.pipeline`, once for each message. The labels are told in :mod:`.labels`.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np

from knowledge.documents import Topic
from knowledge.rules.schedules import Repayment
from knowledge.rules.vocabulary import Term
from knowledge.understanding.labels import Act, Form, Holder, Matter, Role, Who
from knowledge.understanding.lexicon.attributes import Attribute
from knowledge.understanding.matters import topics_of
from knowledge.understanding.places import PlaceMention
from knowledge.understanding.values.times import Period
from knowledge.understanding.values.values import Value

MOST_TOPICS = 3


class Product(StrEnum):
    """Which loan or benefit a message is about."""

    THIS_LOAN = "this_loan"
    LOOK_ALIKE = "look_alike"
    OTHER_BENEFIT = "other_benefit"


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing asked, and what kind of answer is wanted; ``confidence`` from 0 to 1."""

    matter: Matter
    form: Form
    confidence: float


@dataclass(frozen=True, slots=True)
class Entity:
    """A stretch of the message with its role and the value read of it, if it has one.

    ``start`` and ``end`` count characters of :attr:`Interpretation.text`; ``is_earlier`` marks
    one that was said in an earlier message and still holds.
    """

    role: Role
    text: str
    value: Value | None
    start: int
    end: int
    confidence: float
    is_earlier: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place with what it is to the person; ``is_earlier`` where an earlier message named it."""

    role: Role
    mention: PlaceMention
    is_earlier: bool = False

    @property
    def code(self) -> str | None:
        """The one adcode, where it is clear."""
        return self.mention.codes[0] if len(self.mention.codes) == 1 else None


@dataclass(frozen=True, slots=True)
class AskedTime:
    """A time whose rules are asked about."""

    text: str
    period: Period


class Doubt(StrEnum):
    """What is better asked back than guessed."""

    HEADS = "heads"  # a number of persons whose role is not clear
    MONEY = "money"  # a sum whose role is not clear
    SPREAD = "spread"  # 二三十万 where one figure decides
    PLACE = "place"  # a place of that name lies in several cities
    MATTER = "matter"  # two matters about equally likely


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One reading of one message.

    ``text`` is the message as folded; ``asks`` in the order asked; ``subject`` for whom the loan
    is; ``region`` the place whose rules are asked about: where the business is, else where the
    person is known to be. ``groups`` are kinds of persons it names, ``loans`` kinds of debts,
    ``lookalikes`` loans that are not this one, ``holders`` whose debts it names that are
    not the asker's own, ``things`` what clauses must speak of by name, ``bars`` those of them
    that somebody in the story is and that mostly keep from the loan;
    ``reason`` is the family of a wrongdoing or of another matter. ``goes_on`` tells
    whether it means what it does only after earlier messages, ``corrects`` whether it changes
    what one of them said. ``only_place`` is the adcode of a message that is hardly more than the
    name of one place. ``vector`` is the unit vector to search clauses with.
    """

    text: str
    is_traditional: bool
    act: Act
    confidence: float
    asks: tuple[Ask, ...]
    subject: Who | None
    product: Product
    entities: tuple[Entity, ...]
    places: tuple[Place, ...]
    times: tuple[AskedTime, ...]
    region: str | None
    goes_on: bool
    corrects: bool
    groups: tuple[Term, ...] = ()
    loans: tuple[Term, ...] = ()
    lookalikes: tuple[Term, ...] = ()
    holders: tuple[Holder, ...] = ()
    things: tuple[Attribute, ...] = ()
    bars: tuple[Attribute, ...] = ()
    misbeliefs: tuple[str, ...] = ()
    repayment: Repayment | None = None
    reason: str | None = None
    only_place: str | None = None
    doubts: tuple[Doubt, ...] = ()
    acts: dict[Act, float] = field(default_factory=dict, repr=False)
    matters: dict[Matter, float] = field(default_factory=dict, repr=False)
    vector: np.ndarray | None = field(default=None, repr=False, compare=False)

    def of(self, *roles: Role) -> list[Entity]:
        """The entities with one of the roles, in the order said, earlier messages first."""
        return [entity for entity in self.entities if entity.role in roles]

    def value(self, role: Role) -> Value | None:
        """The value of the last entity with that role that has one."""
        return next((e.value for e in reversed(self.of(role)) if e.value is not None), None)

    @property
    def topics(self) -> list[Topic]:
        """What clauses and figures must be on, in the order asked; at most three."""
        found = [topic for ask in self.asks for topic in topics_of(ask.matter)[:1]]
        more = [topic for ask in self.asks for topic in topics_of(ask.matter)[1:]]
        return list(dict.fromkeys([*found, *more]))[:MOST_TOPICS]

    @property
    def period(self) -> Period | None:
        """The time whose rules are asked about; the first, where there are several."""
        return self.times[0].period if self.times else None

    @property
    def asks_before(self) -> bool:
        """Whether earlier rules are asked for without saying of when."""
        said = any(e.value is None for e in self.of(Role.WHEN))
        return not self.times and (said or self.asks_about(Matter.HISTORY))

    def alone(self, ask: Ask) -> "Interpretation":
        """The same reading as if only that one thing had been asked."""
        if len(self.asks) < 2:
            return self
        others = {other.matter for other in self.asks} - {ask.matter}
        matters = {m: sure for m, sure in self.matters.items() if m not in others}
        return replace(self, asks=(ask,), matters=matters)

    def asks_about(self, *matters: Matter) -> bool:
        """Whether one of the matters is asked about."""
        return any(ask.matter in matters for ask in self.asks)
