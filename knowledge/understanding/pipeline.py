"""Reads a message once: what is done, asked, and said of whom, how many, where and when.

Which stretch plays which role, and what is asked, is learnt (:mod:`.model`); the values of
stretches are read by code (:mod:`.values`, :mod:`.places`). Nothing else in the project matches
the words of a person.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from knowledge.kit.texts import shorten
from knowledge.rules.local_names import find_home
from knowledge.rules.lookalikes import find_lookalikes
from knowledge.rules.vocabulary import Term, find_terms
from knowledge.understanding.entities import read_entities, read_places, read_times
from knowledge.understanding.interpretation import (
    Ask,
    Doubt,
    Entity,
    Interpretation,
    Place,
    Product,
)
from knowledge.understanding.labels import Act, Holder, Role, Who
from knowledge.understanding.lexicon.attributes import Attribute, find_attributes
from knowledge.understanding.lexicon.beliefs import find_misbeliefs, find_repayment
from knowledge.understanding.lexicon.holders import read_holder
from knowledge.understanding.lexicon.reasons import (
    family_by_matter,
    family_of,
    is_for_the_machine,
    names_this_loan,
)
from knowledge.understanding.model.message_model import MessageModel, Said
from knowledge.understanding.normaliser import NormalText, normalise
from knowledge.understanding.places import bare_place, find_places
from knowledge.understanding.thresholds import Thresholds, thresholds

# In characters, each of which is one piece at most; longer than any question of the sets that
# answers are measured on. Of a longer message beginning and end are read.
LONGEST_READ = 256
# Messages whose passes are kept: an earlier message is read again with each that follows it.
PASSES_KEPT = 64
_ASKING = frozenset({Act.ASK, Act.DISPUTE})
# What cannot hold beside each other: the later one said takes the place of the earlier.
_RIVALS = (
    frozenset({Role.PARTNERS_TOTAL, Role.PARTNERS_OTHERS}),
    *(
        frozenset({role})
        for role in (
            Role.EMPLOYEES, Role.NEW_HIRES, Role.LEAVERS, Role.AMOUNT_WANTED, Role.RATE, Role.LPR,
            Role.TERM, Role.BUSINESS_AGE, Role.AGE, Role.WHEN, Role.PLACE_BUSINESS,
            Role.PLACE_ORIGIN, Role.TIMES_BEFORE, Role.OVERDUE_TIMES, Role.BUSINESS,
        )
    ),
)  # fmt: skip


class Interpreter:
    """Turns messages into :class:`~.interpretation.Interpretation`; safe to use from threads."""

    def __init__(self, model: MessageModel, limits: Thresholds | None = None) -> None:
        self._model = model
        self._limits = limits or thresholds()
        self._pass = lru_cache(PASSES_KEPT)(model.read)

    def interpret(
        self,
        raw: str,
        *,
        history: Sequence[str] = (),
        region: str | None = None,
        today: date,
        completes: bool = False,
    ) -> Interpretation:
        """Read one message.

        Args:
            raw: what the person typed.
            history: what the same person said before, oldest first.
            region: adcode known from the context; it yields to a place of business that is named.
            today: the day from which 去年 and 三年前 count.
            completes: whether the last answer asked back; a message that asks nothing answers that.
        """
        normal = _folded(raw)
        text = shorten(normal.text, LONGEST_READ)
        before = tuple(shorten(_folded(one).text, LONGEST_READ) for one in history)
        said = self._pass(text, before)
        answers_back = completes and bool(before) and self._asks_nothing(text)
        goes_on = answers_back or (bool(before) and said.goes_on >= self._limits.goes_on)
        if before and not goes_on:
            # Read without what it does not go on from, which would colour it.
            said = self._pass(text, ())
        own = read_entities(text, said.stretches, today)
        entities, corrects = self._carry(before, own, today) if goes_on else (tuple(own), False)
        places = read_places(text, entities, within=region)
        act = Act.TELL if answers_back else self._act(said, text)
        asks = () if answers_back else self._asks(said, act)
        if goes_on and act is Act.TELL and not asks:
            asks = self._pending(before)
        lookalikes = tuple(find_lookalikes(text))
        return Interpretation(
            text=text,
            is_traditional=normal.is_traditional,
            act=act,
            confidence=said.acts[act],
            asks=asks,
            subject=self._subject(said),
            product=_product(act, entities, lookalikes),
            entities=entities,
            places=places,
            times=read_times([e for e in entities if e.confidence >= self._limits.when]),
            region=_region(places)
            or region
            or find_home(text)
            or self._earlier_region(before, today)
            or _origin(places)
            or _leading(text, places),
            groups=_named("groups", entities, Role.GROUP),
            loans=_loans(entities, text),
            lookalikes=lookalikes,
            holders=_holders(entities),
            things=tuple(find_attributes(text)),
            bars=_bars(entities),
            misbeliefs=find_misbeliefs(text),
            repayment=find_repayment(text),
            reason=_reason(act, text, said),
            goes_on=goes_on,
            corrects=corrects,
            only_place=bare_place(text),
            doubts=self._doubts(said, asks, entities, places),
            acts=said.acts,
            matters=said.matters,
            vector=said.question_whole if goes_on else said.question,
        )

    def _asks(self, said: Said, act: Act) -> tuple[Ask, ...]:
        if said.plainness < self._limits.no_matter:
            return ()
        likely = [m for m, sure in said.matters.items() if sure >= self._limits.matter]
        if not likely and act in _ASKING:
            likely = [max(said.matters, key=lambda one: said.matters[one])]
        if act not in _ASKING:
            likely = [m for m in likely if said.matters[m] >= self._limits.matter_aside]
        ordered = sorted(likely, key=lambda one: said.order[one])
        return tuple(Ask(m, said.forms[m], said.matters[m]) for m in ordered)

    def _earlier_region(self, before: Sequence[str], today: date) -> str | None:
        """Where the business is by the last earlier message that told; it seldom moves."""
        for text in reversed(before):
            entities = read_entities(text, self._pass(text, ()).stretches, today)
            if region := _region(read_places(text, entities, within=None)):
                return region
        return None

    def _carry(
        self, before: Sequence[str], own: Sequence[Entity], today: date
    ) -> tuple[tuple[Entity, ...], bool]:
        """What earlier messages said and still holds, then what this one says.

        Also whether this one puts another value in the place of an earlier one.
        """
        held: list[Entity] = []
        corrects = False
        for text in before:
            held, _ = _replaced(held, read_entities(text, self._pass(text, ()).stretches, today))
        earlier = [replace(entity, is_earlier=True) for entity in held]
        entities, corrects = _replaced(earlier, own)
        return tuple(entities), corrects

    def _act(self, said: Said, text: str) -> Act:
        """The likeliest act; what loses the question if it is wrong must be surer than the rest."""
        if is_for_the_machine(text):
            return Act.WRONGDOING
        act = max(said.acts, key=lambda one: said.acts[one])
        if act is Act.ASK and self._asks_nothing_known(said):
            return Act.OTHER_MATTER
        if act is Act.OTHER_MATTER and self._is_on_this_loan(said, text):
            return Act.ASK
        needed = self._limits.acts.get(act, 0.0)
        return act if said.acts[act] >= needed else Act.ASK

    def _is_on_this_loan(self, said: Said, text: str) -> bool:
        """What speaks against another matter: the loan's name, or a matter that is plain."""
        is_named = names_this_loan(text) or find_home(text) is not None
        return is_named or said.plainness >= self._limits.plain_matter

    def _asks_nothing_known(self, said: Said) -> bool:
        """Whether what is asked fits no matter, and another one may be meant: 护照多久能拿到."""
        is_other = said.acts[Act.OTHER_MATTER] >= self._limits.other_where_no_matter
        return is_other and said.plainness < self._limits.no_matter

    def _subject(self, said: Said) -> Who | None:
        """For whom the loan is; where it is not sure, nobody: the rules of all are told."""
        likeliest = max(said.who, key=lambda one: said.who[one])
        return likeliest if said.who[likeliest] >= self._limits.subject else None

    def _asks_nothing(self, text: str) -> bool:
        """Whether a message by itself only tells something, such as the name of a place."""
        said = self._pass(text, ())
        return bare_place(text) is not None or not self._asks(said, self._act(said, text))

    def _pending(self, before: Sequence[str]) -> tuple[Ask, ...]:
        """What the last earlier message that asked something asked: an answer completes it."""
        for text in reversed(before):
            said = self._pass(text, ())
            if asks := self._asks(said, self._act(said, text)):
                return asks
        return ()

    def _doubts(
        self,
        said: Said,
        asks: Sequence[Ask],
        entities: Sequence[Entity],
        places: Sequence[Place],
    ) -> tuple[Doubt, ...]:
        limits, found = self._limits, []
        unsure = [e for e in entities if not e.is_earlier and e.confidence < limits.role]
        if any(e.role in _HEADS for e in unsure):
            found.append(Doubt.HEADS)
        if any(e.role in _MONEY for e in unsure):
            found.append(Doubt.MONEY)
        if any(e.role is Role.AMOUNT_WANTED and _is_spread(e) for e in entities):
            found.append(Doubt.SPREAD)
        business = [p for p in places if p.role is Role.PLACE_BUSINESS]
        if business and business[-1].code is None:
            found.append(Doubt.PLACE)
        if len(asks) == 1 and asks[0].confidence < limits.matter:
            rivals = sorted(said.matters.values(), reverse=True)[:2]
            if rivals[1] >= limits.rival * rivals[0]:
                found.append(Doubt.MATTER)
        return tuple(found)


_HEADS = frozenset(
    {Role.EMPLOYEES, Role.NEW_HIRES, Role.LEAVERS, Role.PARTNERS_TOTAL, Role.PARTNERS_OTHERS}
)
_MONEY = frozenset({Role.AMOUNT_WANTED, Role.AMOUNT_HEARD, Role.LOAN_BALANCE})


def _folded(raw: str) -> NormalText:
    """A message folded; of a long one twice as much as is read, for folding costs as much again."""
    return normalise(shorten(raw, 2 * LONGEST_READ))


def _product(act: Act, entities: Sequence[Entity], lookalikes: Sequence[Term]) -> Product:
    if lookalikes or any(e.role is Role.PRODUCT and not e.is_earlier for e in entities):
        return Product.LOOK_ALIKE
    return Product.OTHER_BENEFIT if act is Act.OTHER_MATTER else Product.THIS_LOAN


def _reason(act: Act, text: str, said: Said) -> str | None:
    """The family of a wrongdoing or of another affair."""
    if is_for_the_machine(text):
        return "system"
    by_matter = family_by_matter(said.matters) if act is Act.WRONGDOING else None
    return family_of(act, text) or by_matter


def _holders(entities: Sequence[Entity]) -> tuple[Holder, ...]:
    read = (read_holder(e.text) for e in entities if e.role is Role.HOLDER)
    return tuple(dict.fromkeys(holder for holder in read if holder is not None))


def _loans(entities: Sequence[Entity], text: str) -> tuple[Term, ...]:
    """The debts that are named; where one is owed, also what tells its kind beside the sum."""
    named = _named("loans", entities, Role.LOAN_KIND)
    owes = any(e.role is Role.LOAN_BALANCE and not e.is_earlier for e in entities)
    return named or (tuple(find_terms("loans", text)) if owes else ())


def _named(kind: str, entities: Sequence[Entity], role: Role) -> tuple[Term, ...]:
    """Terms of the vocabulary that the entities of a role name."""
    found = [term for e in entities if e.role is role for term in find_terms(kind, e.text)]
    return tuple(dict.fromkeys(found))


def _bars(entities: Sequence[Entity]) -> tuple[Attribute, ...]:
    """What somebody of the story is that keeps from the loan; a wanted guarantor is not marked."""
    groups = (e.text for e in entities if e.role is Role.GROUP)
    found = (thing for text in groups for thing in find_attributes(text) if thing.bars)
    return tuple(dict.fromkeys(found))


def _replaced(earlier: Sequence[Entity], own: Sequence[Entity]) -> tuple[list[Entity], bool]:
    """Earlier entities without those that a later one rules out, and the later ones."""
    kept, changed = [], False
    for entity in earlier:
        rivals = next((group for group in _RIVALS if entity.role in group), frozenset())
        later = [e for e in own if e.role in rivals]
        changed = changed or any((e.role, e.text) != (entity.role, entity.text) for e in later)
        if not later:
            kept.append(entity)
    return [*kept, *own], changed


def _is_spread(entity: Entity) -> bool:
    low, high = getattr(entity.value, "low", None), getattr(entity.value, "high", None)
    return low is not None and low != high


def _origin(places: Sequence[Place]) -> str | None:
    """Where the person is from, where no other place is named at all: most open a shop at home."""
    roles = {place.role for place in places}
    return next((p.code for p in places if p.code), None) if roles == {Role.PLACE_ORIGIN} else None


def _leading(text: str, places: Sequence[Place]) -> str | None:
    """A place that begins the message and was given no role: 绵阳退伍回来."""
    first = next(iter(find_places(text, within=None)), None)
    if first is None or first.start > 0 or len(first.codes) != 1:
        return None
    has_role = any(p.mention.start == 0 and not p.is_earlier for p in places)
    return None if has_role else first.codes[0]


def _region(places: Sequence[Place]) -> str | None:
    """Where the business is; where only an origin or another place is named, not known.

    Of several in one message the first: one tells where one is before where a cousin has a firm.
    """
    found = [place for place in places if place.role is Role.PLACE_BUSINESS and place.code]
    own = [place for place in found if not place.is_earlier]
    chosen = own[:1] or found[-1:]
    return chosen[0].code if chosen else None
