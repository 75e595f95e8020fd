"""Buttons: which were offered, and whether one that is pressed is still good.

A button that means the same whenever it is pressed has the bare name of its command. Every
other belongs to the step at which it was offered and has the step's token in front
(``3f9c1a.pick:yes``). What comes in is compared with what was offered and never read: an id
that was not offered, or at an earlier step, is void, whoever made it up.
"""

from collections.abc import Sequence

from api.contract.messages import ChoiceView, Reply
from bot.dialogue.commands import Command
from bot.dialogue.session import OFFERS_KEPT, Session

HELPED, DID_NOT_HELP = "helped:", "unhelpful:"
LASTING = frozenset(
    {
        Command.START,
        Command.HELP,
        Command.ASK,
        Command.APPLY,
        Command.RESUME,
        Command.BRANCH,
        Command.STATUS,
        Command.HANDOFF,
        Command.PAUSE,
    }
)


def bind(session: Session, replies: Sequence[Reply]) -> list[Reply]:
    """The replies with the buttons of this step marked as such, and remembered."""
    return [
        reply.model_copy(update={"choices": [_bound(session, c) for c in reply.choices]})
        for reply in replies
    ]


def offered(session: Session, choice: str) -> str | None:
    """What a button of this step stands for; None when it is none of them."""
    for name in session.offered:
        if choice == _marked(session, name):
            return name
    return None


def rated_answer(session: Session, choice: str) -> tuple[str, bool] | None:
    """The answer of this conversation that a button says helped, or did not."""
    for answer_id in session.answers:
        if choice in (f"{HELPED}{answer_id}", f"{DID_NOT_HELP}{answer_id}"):
            return answer_id, choice.startswith(HELPED)
    return None


def let_lapse(session: Session, *names: str) -> None:
    """Buttons that are good for the very next message only are no more."""
    session.offered = [other for other in session.offered if other not in names]


def _bound(session: Session, choice: ChoiceView) -> ChoiceView:
    if choice.id in LASTING or rated_answer(session, choice.id):
        return choice
    others = [name for name in session.offered if name != choice.id]
    session.offered = [*others, choice.id][-OFFERS_KEPT:]
    return choice.model_copy(update={"id": _marked(session, choice.id)})


def _marked(session: Session, name: str) -> str:
    return f"{session.step}.{name}"
