"""From what people say to the value of a form field; pure."""

import re
from collections.abc import Callable
from datetime import date

from api.contract.forms.models import Choice, FieldKind, FieldValue, FormField
from knowledge.understanding.normaliser import normalise
from knowledge.understanding.places import find_places
from knowledge.understanding.quantities import find_quantities, parse_number

MOST_DIGITS = 3  # of the number of a choice
_YES = re.compile(
    r"^(?:是|是的|对|对的|有|有的|要|嗯|嗯嗯|好|好的|同意|已婚|结了|结婚了|没错|可以|行|1)[。.!！]?$"
)
_NO = re.compile(
    r"^(?:不是|否|没有|没|无|不|不要|没结婚|未婚|单身|离异|不同意|暂时没有|都没有|0)[。.!！]?$"
)
_SKIP = re.compile(r"^(?:跳过|没有|无|不填|还没有?|还没开始|不知道|暂无|随便|都行)[。.!！]?$")
_DATE = re.compile(r"((?:19|20)\d{2})[年./-]\s*(\d{1,2})(?:[月./-]\s*(\d{1,2})?)?")
_YEAR = re.compile(r"((?:19|20)\d{2})年?")
_ASKS = re.compile(
    r"[?？]\s*$|吗\s*$|呢\s*$|多少|怎么|咋|什么|啥|哪些|哪里|哪儿|为什么|几(?:年|个|次|天|岁)|能不能|可不可以|是不是|有没有"
    r"|哪(?:个|家)|投诉|举报|转人工|找人工|人工客服|人工服务"
)


def looks_like_question(text: str) -> bool:
    """Whether words ask something rather than answer a field."""
    return bool(_ASKS.search(text)) and len(text) > 3


def parse_field(field: FormField, said: str) -> FieldValue:
    """The value meant by the words, or None when they are not understood.

    An optional field that is skipped is an empty text. Whether the value is allowed is
    the form's business, see api.contract.forms.catalog.
    """
    text = normalise(said).text.strip()
    if not field.required and _SKIP.match(text):
        return ""
    return _PARSERS[field.kind](field, text)


def _yes_no(field: FormField, text: str) -> FieldValue:
    if _YES.match(text):
        return True
    return False if _NO.match(text) else None


def _pick(choices: list[Choice], text: str) -> list[str]:
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


def _choice(field: FormField, text: str) -> FieldValue:
    picked = _pick(field.choices, text)
    return picked[0] if len(picked) == 1 else None


def _choices(field: FormField, text: str) -> FieldValue:
    parts = [part for part in re.split(r"[,，、和及\s]+", text) if part]
    picked = [id_ for part in parts for id_ in _pick(field.choices, part)]
    return list(dict.fromkeys(picked)) or None


def _money(field: FormField, text: str) -> FieldValue:
    amounts = find_quantities(text).amounts
    if amounts:
        return int(amounts[0])
    bare = re.sub(r"[,\s元块]", "", text)
    number = parse_number(bare) if bare else None
    return None if number is None else int(number)


def _months(field: FormField, text: str) -> FieldValue:
    months = find_quantities(text).months
    if months is not None:
        return months
    number = parse_number(re.sub(r"\s", "", text)) if text else None
    if number is None or number != int(number):
        return None
    # A bare small number means years, as people say it: "3" is three years.
    return int(number) * 12 if number <= 5 else int(number)


def _integer(field: FormField, text: str) -> FieldValue:
    match = re.search(r"\d+|[零一二两三四五六七八九十百]+", text)
    number = parse_number(match[0]) if match else None
    return None if number is None else int(number)


def _date(field: FormField, text: str) -> FieldValue:
    if match := _DATE.search(text):
        try:
            return date(int(match[1]), int(match[2]), int(match[3] or 1)).isoformat()
        except ValueError:
            return None
    year = _YEAR.search(text)
    return date(int(year[1]), 1, 1).isoformat() if year else None


def _region(field: FormField, text: str) -> FieldValue:
    places = find_places(text)
    if places and len(places[-1].codes) == 1:
        return places[-1].codes[0]
    return text if re.fullmatch(r"\d{6}", text) else None


def _plain(field: FormField, text: str) -> FieldValue:
    return text or None


_PARSERS: dict[FieldKind, Callable[[FormField, str], FieldValue]] = {
    FieldKind.CONSENT: _yes_no,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.TEXT: _plain,
    FieldKind.BRANCH: _plain,
    FieldKind.NAME: _plain,
    FieldKind.ID_NUMBER: _plain,
    FieldKind.PHONE: _plain,
    FieldKind.INTEGER: _integer,
    FieldKind.MONEY: _money,
    FieldKind.MONTHS: _months,
    FieldKind.DATE: _date,
    FieldKind.REGION: _region,
}
