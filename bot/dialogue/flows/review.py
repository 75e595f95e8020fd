"""The review page of an application, and the list of what can be edited."""

from collections.abc import Mapping

from api.contract.applications import ApplicationView
from api.contract.forms.catalog import visible_fields
from api.contract.forms.models import FieldKind, FieldValue, Form, FormField
from api.contract.messages import ChoiceView, Reply
from bot.dialogue.commands import Command
from bot.dialogue.show import button, card, offer
from bot.dialogue.texts import say
from knowledge.regions.divisions import divisions

EDIT = "edit:"


def show_review(form: Form, view: ApplicationView, names: Mapping[str, str]) -> list[Reply]:
    """All answers, personal ones masked, with what can be done next.

    ``names`` are those of the branches chosen, by id.
    """
    lines = answer_lines(form, view, names)
    buttons = [button(Command.SUBMIT), button(Command.EDIT), button(Command.PAUSE)]
    return [card(say("intake-title-review"), lines), offer(say("intake-show-review"), buttons)]


def answer_lines(
    form: Form, view: ApplicationView, names: Mapping[str, str] | None = None
) -> list[str]:
    """A line for each answer, personal ones masked; ``names`` as :func:`show_review`."""

    def shown(field: FormField) -> str:
        value = spoken(field, view.answers.get(field.id))
        if names and field.kind is FieldKind.BRANCH:
            return names.get(value, value)
        return value

    return [
        say("intake-line-review", label=field.label, value=shown(field))
        for field in visible_fields(form, view.answers)
        if field.kind is not FieldKind.CONSENT
    ]


def ask_what_to_edit(form: Form, view: ApplicationView) -> Reply:
    """A button for each field."""
    choices = [
        ChoiceView(id=f"{EDIT}{field.id}", label=field.label)
        for field in visible_fields(form, view.answers)
        if field.kind is not FieldKind.CONSENT
    ]
    return offer(say("intake-ask-edit"), choices)


def find_field(form: Form, view: ApplicationView, words: str) -> FormField | None:
    """The one field whose label the words name."""
    fields = [f for f in visible_fields(form, view.answers) if f.kind is not FieldKind.CONSENT]
    names = {f.id: [f.label, *f.also_called] for f in fields}
    found = [f for f in fields if words and any(n in words or words in n for n in names[f.id])]
    if not found:
        found = [f for f in fields if words and any(pair in f.label for pair in _pairs(words))]
    return found[0] if found else None


def spoken(field: FormField, value: FieldValue) -> str:
    """An answer as it is read back."""
    if value in (None, "", []):
        return say("intake-value-skipped")
    if isinstance(value, bool):
        return say("intake-value-yes") if value else say("intake-value-no")
    if field.kind is FieldKind.REGION:
        return divisions().full_name(str(value))
    if field.kind is FieldKind.MONTHS:
        return say("intake-value-months", n=value)
    if field.kind is FieldKind.MONEY:
        return _yuan(int(str(value)))
    labels = {choice.id: choice.label for choice in field.choices}
    if isinstance(value, list):
        return "、".join(labels.get(item, item) for item in value)
    return labels.get(str(value), str(value))


def _yuan(amount: int) -> str:
    if amount >= 10_000 and amount % 1000 == 0:
        return say("intake-value-ten-thousand", n=f"{amount / 10_000:g}")
    return say("intake-value-yuan", n=amount)


def _pairs(words: str) -> list[str]:
    return [words[i : i + 2] for i in range(len(words) - 1)]
