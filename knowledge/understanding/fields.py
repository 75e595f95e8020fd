"""From what people say to the value of a form field; pure."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Act
from knowledge.understanding.normaliser import normalise
from knowledge.understanding.places import find_places
from knowledge.understanding.thresholds import thresholds
from knowledge.understanding.values.counts import read_count
from knowledge.understanding.values.money import read_money
from knowledge.understanding.values.spans import read_duration
from knowledge.understanding.values.times import read_time

FieldValue = str | int | bool | list[str] | None


class FieldChoice(Protocol):
    """One thing to pick."""

    @property
    def id(self) -> str: ...

    @property
    def label(self) -> str: ...


class Field(Protocol):
    """A field of a form as far as its value is read; ``kind`` is one of those below."""

    @property
    def kind(self) -> str: ...

    @property
    def required(self) -> bool: ...

    @property
    def choices(self) -> Sequence[FieldChoice]: ...


# Any words may be the answer to these.
FREE_KINDS = frozenset({"text", "name", "region", "branch"})
SHORTEST_QUESTION = 3  # characters; what is no longer answers
_ASKING = frozenset({Act.ASK, Act.DISPUTE, Act.PERSON, Act.COMPLAIN, Act.BRANCH, Act.STATUS})
MOST_DIGITS = 3  # of the number of a choice
_YES = re.compile(
    r"^(?:是|是的|对|对的|有|有的|要|嗯|嗯嗯|好|好的|同意|已婚|结了|结婚了|没错|可以|行|1)[。.!！]?$"
)
_NO = re.compile(
    r"^(?:不是|否|没有|没|无|不|不要|没结婚|未婚|单身|离异|不同意|暂时没有|都没有|0)[。.!！]?$"
)
_SKIP = re.compile(r"^(?:跳过|没有|无|不填|还没有?|还没开始|不知道|暂无|随便|都行)[。.!！]?$")
_NUMBER = re.compile(r"[0-9]+|[零一二两俩三仨四五六七八九十百]+")
# A date that is known to a year only stands for its first day.
LONGEST_YEAR = 366
_ASKS = re.compile(
    r"[?？]\s*$|吗\s*$|呢\s*$|多少|怎么|咋|什么|啥|哪些|哪里|哪儿|为什么|几(?:年|个|次|天|岁)|能不能|可不可以|是不是|有没有"
    r"|哪(?:个|家)|投诉|举报|转人工|找人工|人工客服|人工服务"
)


def answers_field(field: Field, said: str, value: FieldValue, reading: Interpretation) -> bool:
    """Whether words answer a field, rightly or not, rather than ask something between.

    Args:
        field: what was asked for.
        said: the words.
        value: what :func:`read_field` read of them.
        reading: what the message as a whole does.
    """
    if value is not None and field.kind not in FREE_KINDS:
        return True
    # Where an outlet is asked for, naming one answers.
    is_asking = reading.act in _ASKING and not (
        field.kind == "branch" and reading.act is Act.BRANCH
    )
    is_asking = is_asking and reading.confidence >= thresholds().asks_between
    return not (_ASKS.search(said) or is_asking) or len(said) <= SHORTEST_QUESTION


def read_field(field: Field, said: str, today: date) -> FieldValue:
    """The value meant by the words, or None when they are not understood.

    An optional field that is skipped is an empty text. Whether the value is allowed is
    the form's business.
    """
    text = normalise(said).text.strip()
    if not field.required and _SKIP.match(text):
        return ""
    return _READERS[field.kind](field, text, today)


def _yes_no(field: Field, text: str, today: date) -> FieldValue:
    if _YES.match(text):
        return True
    return False if _NO.match(text) else None


def _pick(choices: Sequence[FieldChoice], text: str) -> list[str]:
    """Ids of the choices a text means: by number, by label, or by part of a label."""
    numbers = re.findall(r"\d+", text)
    if numbers and re.fullmatch(r"[\d\s,，、和及.。]+", text):
        positions = [int(number) for number in numbers if len(number) <= MOST_DIGITS]
        return [choices[n - 1].id for n in positions if 1 <= n <= len(choices)]
    exact = [choice.id for choice in choices if choice.label == text]
    if exact:
        return exact
    scored = [(_likeness(choice.label, text), choice.id) for choice in choices]
    best = max(score for score, _ in scored)
    return [id_ for score, id_ in scored if score == best] if best >= 2 else []


def _likeness(label: str, text: str) -> int:
    """Length of the longest run of characters that label and text share."""
    runs = (
        label[i:j]
        for i in range(len(label))
        for j in range(i + 2, len(label) + 1)
        if label[i:j] in text
    )
    return max((len(run) for run in runs), default=0)


def _choice(field: Field, text: str, today: date) -> FieldValue:
    picked = _pick(field.choices, text)
    return picked[0] if len(picked) == 1 else None


def _choices(field: Field, text: str, today: date) -> FieldValue:
    parts = [part for part in re.split(r"[,，、和及\s]+", text) if part]
    picked = [id_ for part in parts for id_ in _pick(field.choices, part)]
    return list(dict.fromkeys(picked)) or None


def _money(field: Field, text: str, today: date) -> FieldValue:
    money = read_money(text)
    # 二三十万: the form asks which, it does not choose.
    return int(money.low) if money is not None and money.low == money.high else None


def _months(field: Field, text: str, today: date) -> FieldValue:
    if (months := read_duration(text)) is not None:
        return int(months.low) if months.low == months.high else None
    number = read_count(text)
    if number is None or number.low != number.high:
        return None
    # A bare small number means years, as people say it: "3" is three years.
    return int(number.low) * 12 if number.low <= 5 else int(number.low)


def _integer(field: Field, text: str, today: date) -> FieldValue:
    match = _NUMBER.search(text)
    number = read_count(match[0]) if match else None
    return int(number.low) if number is not None and number.low == number.high else None


def _date(field: Field, text: str, today: date) -> FieldValue:
    """The first day of what is said, where it is known to a year at least."""
    said = read_time(text, today)
    if said is None or (said.last - said.first).days > LONGEST_YEAR:
        return None
    return said.first.isoformat()


def _region(field: Field, text: str, today: date) -> FieldValue:
    places = find_places(text)
    if places and len(places[-1].codes) == 1:
        return places[-1].codes[0]
    return text if re.fullmatch(r"\d{6}", text) else None


def _plain(field: Field, text: str, today: date) -> FieldValue:
    return text or None


_READERS: dict[str, Callable[[Field, str, date], FieldValue]] = {
    "consent": _yes_no,
    "yes_no": _yes_no,
    "choice": _choice,
    "choices": _choices,
    "text": _plain,
    "branch": _plain,
    "name": _plain,
    "id_number": _plain,
    "phone": _plain,
    "integer": _integer,
    "money": _money,
    "months": _months,
    "date": _date,
    "region": _region,
}
