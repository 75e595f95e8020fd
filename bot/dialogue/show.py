"""Replies made of texts, choices and cards."""

from collections.abc import Sequence

from api.contract.messages import Card, ChoiceView, Reply, ReplyKind
from bot.dialogue.commands import Command
from bot.dialogue.texts import say

_LABELS = {
    Command.ASK: "menu-button-ask",
    Command.APPLY: "menu-button-apply",
    Command.BRANCH: "menu-button-branch",
    Command.STATUS: "menu-button-status",
    Command.RESUME: "menu-button-resume",
    Command.BACK: "intake-button-back",
    Command.PAUSE: "intake-button-pause",
    Command.SKIP: "intake-button-skip",
    Command.DONE: "intake-button-done",
    Command.SUBMIT: "intake-button-submit",
    Command.EDIT: "intake-button-edit",
    Command.CANCEL_YES: "intake-button-cancel-yes",
    Command.COPY: "data-button-copy",
    Command.ERASE: "data-button-erase",
    Command.ERASE_YES: "data-button-erase-yes",
}


def words(text: str) -> Reply:
    """A plain text."""
    return Reply(kind=ReplyKind.TEXT, text=text)


def button(command: Command, label: str | None = None) -> ChoiceView:
    """A button for a command."""
    return ChoiceView(id=command.value, label=label or say(_LABELS[command]))


def offer(text: str, choices: Sequence[ChoiceView], *, field: str | None = None) -> Reply:
    """A text with buttons."""
    return Reply(kind=ReplyKind.CHOICES, text=text, choices=list(choices), field=field)


def card(title: str, lines: Sequence[str], links: Sequence[ChoiceView] = ()) -> Reply:
    """A titled list of lines."""
    return Reply(
        kind=ReplyKind.CARD, text="", card=Card(title=title, lines=list(lines), links=list(links))
    )


def menu() -> list[ChoiceView]:
    """The main buttons."""
    return [button(c) for c in (Command.ASK, Command.APPLY, Command.BRANCH, Command.STATUS)]
