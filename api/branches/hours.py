"""Opening hours in OSM syntax: open now, next opening, and in Chinese.

The syntax knows public holidays (``PH``) but not China's make-up working days, and a rule
without ``PH`` says nothing of either. So hours are read day by day:

- ordinary day: the rule as it stands;
- holiday, rule with ``PH``: what the rule says of ``PH``;
- holiday, rule without: unknown;
- make-up day, rule with ``PH`` (the branch follows the state's calendar): the hours that
  all working days have in common, unknown where working days differ;
- make-up day, rule without: open when that weekday is open anyway, else unknown.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from opening_hours import OpeningHours, State, validate

from api.branches.calendar import DayKind, kind_of
from knowledge.kit.clock import CHINA

LOOK_AHEAD_DAYS = 16
_DAYS = {
    "Mo": "周一",
    "Tu": "周二",
    "We": "周三",
    "Th": "周四",
    "Fr": "周五",
    "Sa": "周六",
    "Su": "周日",
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HOLIDAY = re.compile(r"\bPH\b")
_SELECTOR = re.compile(r"(?P<before>[A-Za-z,\- ]*?,)?PH(?P<after>,[A-Za-z,\-]+)?(?P<rest>.*)")
_DAY = timedelta(days=1)
_NOON = timedelta(hours=12)

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Opening:
    """Whether it is open, and when it opens next; None where that is not known."""

    open_now: bool | None
    next_opening: str | None


def is_open_at(hours: str | None, at: datetime) -> bool | None:
    """Whether it is open at an instant, by the clock of China; None where that is not known."""
    if not hours:
        return None
    local = at.astimezone(CHINA).replace(tzinfo=None)
    today = local.date()
    spans = [spans_of(hours, today - _DAY), spans_of(hours, today)]
    if any(start <= local < end for known in spans for start, end in known or ()):
        return True
    is_unknown = spans[1] is None or (spans[0] is None and _runs_into(hours, local))
    return None if is_unknown else False


def opening_at(hours: str | None, at: datetime) -> Opening:
    """What the hours mean at an instant, by the clock of China.

    ``next_opening`` is the next certain one within sixteen days.
    """
    if not hours:
        return Opening(None, None)
    is_open = is_open_at(hours, at)
    if is_open:
        return Opening(True, None)
    local = at.astimezone(CHINA).replace(tzinfo=None)
    days = (spans_of(hours, local.date() + n * _DAY) for n in range(LOOK_AHEAD_DAYS + 1))
    starts = (start for known in days for start, _ in known or () if start > local)
    opens = next(starts, None)
    return Opening(is_open, f"{opens:%m-%d %H:%M}" if opens else None)


def is_valid(hours: str) -> bool:
    """Whether a text is in the syntax."""
    return bool(validate(hours))


@lru_cache(maxsize=4096)
def in_chinese(hours: str | None) -> str | None:
    """The hours as people say them: Mo-Fr 09:00-17:00 is 周一至周五 09:00-17:00."""
    if not hours:
        return None
    text = re.sub(r"\boff\b|\bclosed\b", "休息", hours)
    for short, day in _DAYS.items():
        text = re.sub(rf"\b{short}\b", day, text)
    text = re.sub(r"(周.)-(周.)", r"\1至\2", text)
    text = re.sub(r"(?<=周.),(?=周|PH)|(?<=PH),(?=周)", "、", text)
    text = _HOLIDAY.sub("法定节假日", text.replace("24/7", "全天"))
    text = text.replace("法定节假日 休息", "法定节假日休息")
    return re.sub(r";\s*", "；", text)


def today_in_chinese(hours: str | None, at: datetime) -> str | None:
    """The hours of that day by the clock of China, 休息 when closed; None if not known."""
    spans = spans_of(hours, at.astimezone(CHINA).date()) if hours else None
    if spans is None:
        return None
    return "、".join(_span_in_chinese(start, end) for start, end in spans) or "休息"


@lru_cache(maxsize=8192)
def spans_of(hours: str, day: date) -> tuple[Span, ...] | None:
    """When it opens and closes, for what begins on a day (China's clock); None if unknown."""
    kind = kind_of(day)
    has_holidays = bool(_HOLIDAY.search(hours))
    if kind is DayKind.ORDINARY:
        return _starting_on(_with_holidays(hours, None), day)
    if kind is DayKind.HOLIDAY:
        return _starting_on(_with_holidays(hours, day), day) if has_holidays else None
    if not has_holidays:
        return _starting_on(hours, day) or None
    # The ordinary days of that season: rules may differ between summer and winter.
    monday = day - timedelta(days=day.weekday() + 7)
    rule = _with_holidays(hours, None)
    working = {
        tuple((start - _midnight(d), end - _midnight(d)) for start, end in _starting_on(rule, d))
        for d in (monday + n * _DAY for n in range(5))
    }
    if len(working) > 1:
        return None
    return tuple((_midnight(day) + start, _midnight(day) + end) for start, end in working.pop())


def _span_in_chinese(start: datetime, end: datetime) -> str:
    midnight = _midnight(start.date()) + _DAY
    if end >= midnight and start == midnight - _DAY:
        return "全天"
    if end == midnight:
        return f"{start:%H:%M}-24:00"
    return f"{start:%H:%M}-{'次日' if end > midnight else ''}{end:%H:%M}"


def _starting_on(hours: str, day: date) -> tuple[Span, ...]:
    """The spans that begin on a day; one that runs on from the night before does not."""
    rule, begin = OpeningHours(hours), _midnight(day)
    spans: list[Span] = []
    for start, end, state, _ in rule.intervals(begin, begin + _DAY + _NOON):
        is_over = start == begin and end < begin + _NOON and rule.is_open(begin - _DAY / 1440)
        if state is State.OPEN and start < begin + _DAY and not is_over:
            spans.append((start, end))
    return tuple(spans)


def _runs_into(hours: str, local: datetime) -> bool:
    """Whether the day before, were it an ordinary one, would still be open."""
    rule = _with_holidays(hours, None)
    return any(start <= local < end for start, end in _starting_on(rule, local.date() - _DAY))


@lru_cache(maxsize=4096)
def _with_holidays(hours: str, holiday: date | None) -> str:
    """The rule with ``PH`` meaning one day, or none at all."""
    pieces = []
    for rule in (part.strip() for part in hours.split(";")):
        found = _SELECTOR.fullmatch(rule)
        if not found:
            pieces.append(rule)
            continue
        rest = found["rest"].strip()
        weekdays = ((found["before"] or "").rstrip(",") + (found["after"] or "")).strip(",")
        if weekdays:
            pieces.append(f"{weekdays} {rest}")
        if holiday:
            month = _MONTHS[holiday.month - 1]
            pieces.append(f"{holiday.year} {month} {holiday.day:02} {rest}")
    return "; ".join(piece for piece in pieces if piece) or "off"


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())
