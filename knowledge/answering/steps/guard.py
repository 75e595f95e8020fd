"""Ends what is no question, and what must not be helped with."""

from knowledge.answering.models import ActionKind, AnswerStatus, Intent
from knowledge.answering.state import State
from knowledge.answering.steps.replies import actions, plain
from knowledge.answering.texts import say
from knowledge.understanding.labels import Act


def guard(state: State) -> State:
    """Nothing said, or something that is wrong to do."""
    context, reading = state.context, state.context.reading
    if not any(character.isalnum() for character in reading.text):
        answer = plain(context, AnswerStatus.ANSWERED, Intent.SMALLTALK, say("empty"))
        return state.answered("guard", answer, "empty")
    if reading.act is Act.WRONGDOING:
        family = reading.reason or "other"
        text = say("blocked", reason=say(f"blocked-{family}"))
        answer = plain(context, AnswerStatus.BLOCKED, Intent.UNSAFE, text)
        answer.actions = actions(ActionKind.CHECK_ELIGIBILITY)
        return state.replied("guard", answer, family)
    return state.noting("guard", f"act {reading.act.value} {reading.confidence:.2f}")
