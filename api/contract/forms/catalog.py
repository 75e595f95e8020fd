"""The forms, and the rules by which an answer is accepted; pure, so that bot and API agree."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml
from stdnum import exceptions as stdnum_errors
from stdnum.cn import ric

from api.contract.forms.models import FieldKind, FieldValue, Form, FormField
from knowledge.errors import UnknownRegionError
from knowledge.kit.digits import canonical_code
from knowledge.kit.wire import parse_day
from knowledge.understanding.places import resolve_region

Answers = Mapping[str, FieldValue]

PHONE = re.compile(r"1[3-9][0-9]{9}")
ID_NUMBER = re.compile(r"[0-9]{17}[0-9X]")
OLD_ID_NUMBER = re.compile(r"[0-9]{15}")
COUNTRY_CODE = re.compile(r"^(?:\+|00)86|^86(?=1[0-9]{10}$)")
NAME = re.compile(r"[\u3400-\u9fff·]{2,30}|[A-Za-z][A-Za-z .'-]{1,39}")


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why an answer is not accepted: a stable code, see the catalog of texts."""

    code: str


@cache
def forms() -> dict[str, Form]:
    """All forms by id."""
    found = {}
    for path in files("api.contract.forms").iterdir():
        if path.name.endswith(".yaml"):
            form = Form.model_validate(yaml.safe_load(path.read_text("utf-8")))
            found[form.id] = form
    return found


def visible_fields(form: Form, answers: Answers) -> list[FormField]:
    """The fields to be asked given the answers so far, in order."""
    shown: list[FormField] = []
    ids: set[str] = set()
    for field in form.fields:
        if all(c.field in ids and _meets(answers.get(c.field), c.one_of) for c in field.visible_if):
            shown.append(field)
            ids.add(field.id)
    return shown


def missing_fields(form: Form, answers: Answers) -> list[str]:
    """Required visible fields without an answer."""
    return [
        field.id
        for field in visible_fields(form, answers)
        if field.required and answers.get(field.id) in (None, "", [])
    ]


def next_field(form: Form, answers: Answers) -> FormField | None:
    """The first visible field not yet answered; a skipped optional one holds an empty text."""
    for field in visible_fields(form, answers):
        if answers.get(field.id) is None:
            return field
    return None


def accept(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    """The value as it is kept, or why it is not accepted."""
    if value == "" and not field.required:
        return ""
    if field.kind in _TEXT_ONLY and not isinstance(value, str):
        return Rejection(_TEXT_ONLY[field.kind])
    return _CHECKS[field.kind](field, value)


def _meets(answer: FieldValue, wanted: list[str | bool | int]) -> bool:
    if isinstance(answer, list):
        return any(item in wanted for item in answer)
    return any(answer == item and type(answer) is type(item) for item in wanted)


def _consent(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    return True if value is True else Rejection("consent_needed")


def _yes_no(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    return value if isinstance(value, bool) else Rejection("yes_or_no")


def _choice(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    return value if value in [c.id for c in field.choices] else Rejection("not_a_choice")


def _choices(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    known = [choice.id for choice in field.choices]
    if not isinstance(value, list) or not value or any(item not in known for item in value):
        return Rejection("not_a_choice")
    return [choice for choice in known if choice in value]


def _text(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    if not isinstance(value, str) or not value.strip():
        return Rejection("empty")
    text = value.strip()
    return Rejection("too_long") if field.max_length and len(text) > field.max_length else text


def _whole(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    if isinstance(value, bool) or not isinstance(value, int):
        return Rejection("not_a_number")
    if field.minimum is not None and value < field.minimum:
        return Rejection("too_small")
    if field.maximum is not None and value > field.maximum:
        return Rejection("too_large")
    return value


def _date(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    try:
        return parse_day(str(value)).isoformat()
    except ValueError:
        return Rejection("not_a_date")


def _region(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    try:
        return resolve_region(str(value))
    except UnknownRegionError:
        return Rejection("unknown_region")


def _name(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    text = str(value).strip()
    return text if NAME.fullmatch(text) else Rejection("not_a_name")


def _id_number(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    """Check digit and date only: stdnum's full check refuses people with valid numbers."""
    number = canonical_code(str(value))
    if OLD_ID_NUMBER.fullmatch(number):
        # Made into 18 digits, a slip of three digits would pass: the old ones have no check digit.
        return Rejection("id_number_old")
    if not ID_NUMBER.fullmatch(number):
        return Rejection("not_an_id_number")
    try:
        ric.get_birth_date(number)
    except stdnum_errors.ValidationError:
        return Rejection("id_number_date")
    if ric.calc_check_digit(number) != number[-1]:
        return Rejection("id_number_digit")
    return number


def _phone(field: FormField, value: FieldValue) -> FieldValue | Rejection:
    number = COUNTRY_CODE.sub("", canonical_code(str(value)))
    return number if PHONE.fullmatch(number) else Rejection("not_a_phone")


# A number or a truth value in their place is no text, however it reads when written out.
_TEXT_ONLY = {
    FieldKind.DATE: "not_a_date",
    FieldKind.REGION: "unknown_region",
    FieldKind.NAME: "not_a_name",
    FieldKind.ID_NUMBER: "not_an_id_number",
    FieldKind.PHONE: "not_a_phone",
}

_CHECKS: dict[FieldKind, Callable[[FormField, FieldValue], FieldValue | Rejection]] = {
    FieldKind.CONSENT: _consent,
    FieldKind.YES_NO: _yes_no,
    FieldKind.CHOICE: _choice,
    FieldKind.CHOICES: _choices,
    FieldKind.TEXT: _text,
    FieldKind.BRANCH: _text,
    FieldKind.INTEGER: _whole,
    FieldKind.MONEY: _whole,
    FieldKind.MONTHS: _whole,
    FieldKind.DATE: _date,
    FieldKind.REGION: _region,
    FieldKind.NAME: _name,
    FieldKind.ID_NUMBER: _id_number,
    FieldKind.PHONE: _phone,
}
