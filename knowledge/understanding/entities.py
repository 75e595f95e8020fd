"""From stretches with roles to entities with values, places and times."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from knowledge.understanding.interpretation import AskedTime, Entity, Place
from knowledge.understanding.labels import Role
from knowledge.understanding.model.message_model import Stretch
from knowledge.understanding.places import PlaceMention, bare_place, find_places
from knowledge.understanding.stretches import mend
from knowledge.understanding.values.bounds import Bound, read_bound
from knowledge.understanding.values.counts import MOST_PERSONS, Count, read_count
from knowledge.understanding.values.money import read_money
from knowledge.understanding.values.shares import read_rate, read_share
from knowledge.understanding.values.spans import read_duration
from knowledge.understanding.values.times import Period, read_time
from knowledge.understanding.values.values import Value

# Of what stands behind a stretch, characters that may hold its unit: [20|amount_wanted]万.
LOOK_BEHIND = 2
PLACES = frozenset({Role.PLACE_BUSINESS, Role.PLACE_ORIGIN, Role.PLACE_OTHER})
_COUNTS = frozenset(
    {
        Role.EMPLOYEES, Role.NEW_HIRES, Role.LEAVERS, Role.PARTNERS_TOTAL, Role.PARTNERS_OTHERS,
        Role.TIMES_BEFORE, Role.OVERDUE_TIMES, Role.AGE,
    }
)  # fmt: skip
_MONEY = frozenset({Role.AMOUNT_WANTED, Role.AMOUNT_HEARD, Role.LOAN_BALANCE})
_DURATIONS = frozenset({Role.TERM, Role.BUSINESS_AGE, Role.WAITED, Role.OTHER_DURATION})


def read_entities(text: str, stretches: Sequence[Stretch], today: date) -> list[Entity]:
    """The entities of one message, each with the value that code reads of it."""
    return [
        Entity(
            role=stretch.role,
            text=text[stretch.start : stretch.end],
            value=_value(stretch, text, today),
            start=stretch.start,
            end=stretch.end,
            confidence=round(stretch.confidence, 3),
        )
        for stretch in mend(stretches, text)
    ]


def read_words(
    text: str, words: Sequence[tuple[Role, str]], beside: Sequence[Entity], today: date
) -> list[Entity]:
    """Words of the message with the role that somebody else gave them, and their values.

    Those that overlap what is known ``beside`` them are left out.
    """
    taken = [(entity.start, entity.end) for entity in beside if not entity.is_earlier]
    stretches = []
    for role, one in words:
        start = text.find(one)
        end = start + len(one)
        if start >= 0 and not any(start < last and first < end for first, last in taken):
            stretches.append(Stretch(start, end, role, 1.0))
            taken.append((start, end))
    return read_entities(text, sorted(stretches, key=lambda s: s.start), today)


def read_places(text: str, entities: Sequence[Entity], within: str | None) -> tuple[Place, ...]:
    """The places among the entities, with their codes; of a name without one, none.

    A place is read where it stands in the message, as what stands around it tells which of
    several is meant: 山东的平阴和长清.
    """
    found = find_places(text, within=within)
    places = []
    for entity in entities:
        if entity.role not in PLACES:
            continue
        if entity.is_earlier:
            mentions = find_places(entity.text, within=within)
        else:
            mentions = [m for m in found if _overlaps(m, entity)] or find_places(
                entity.text, within=within
            )
        places += [Place(entity.role, mention, entity.is_earlier) for mention in mentions]
    if bare_place(text) and all(place.is_earlier for place in places):
        # 嘉祥县: a name alone leaves the network nothing to tell a role by.
        places += [Place(Role.PLACE_BUSINESS, mention) for mention in found]
    return tuple(places)


def read_times(entities: Sequence[Entity]) -> tuple[AskedTime, ...]:
    """The times whose rules are asked about."""
    return tuple(
        AskedTime(entity.text, entity.value)
        for entity in entities
        if entity.role is Role.WHEN and isinstance(entity.value, Period)
    )


def _value(stretch: Stretch, text: str, today: date) -> Value | None:
    """What a stretch says.

    One that says nothing may be a letter too long or too short: 300万行, 2018年11 before 月.
    """
    ends = (end for end in (stretch.end, stretch.end - 1, stretch.end + 1) if end <= len(text))
    values = (_value_within(replace(stretch, end=end), text, today) for end in ends)
    return next((value for value in values if value is not None), None)


def _value_within(stretch: Stretch, text: str, today: date) -> Value | None:
    words = text[stretch.start : stretch.end]
    behind = text[stretch.end : stretch.end + LOOK_BEHIND]
    role = stretch.role
    if role in _COUNTS:
        return _count(words, text[: stretch.start], text[stretch.end :])
    if role is Role.OTHER_MONEY:
        # A fee of 800 is no eight million.
        other = read_money(words, behind)
        return other.as_said() if other else None
    if role in _MONEY:
        return read_money(words, behind)
    if role in _DURATIONS:
        # 开了[去年6月] is told by its beginning.
        return read_duration(words) or read_time(words, today)
    if role is Role.SINCE_EVENT:
        return read_time(words, today) or read_duration(words)
    if role is Role.WHEN:
        return read_time(words, today)
    if role in (Role.RATE, Role.LPR):
        return read_rate(words)
    return read_share(words) if role is Role.SHARE_HEARD else None


def _count(words: str, before: str, behind: str) -> Count | None:
    count, bound = read_count(words), read_bound(before, behind)
    if count is None or bound is None:
        return count
    return Count(count.low, MOST_PERSONS) if bound is Bound.OVER else Count(0, count.high)


def _overlaps(mention: PlaceMention, entity: Entity) -> bool:
    return mention.start < entity.end and entity.start < mention.start + len(mention.text)
