"""Policy questions: asked, answered, and followed up."""

from api.contract.answers import ActionKind, Answer, Intent, Question
from api.contract.messages import ChoiceView, Reply, ReplyKind
from api.contract.staff import Feedback
from bot.dialogue.choices import DID_NOT_HELP, HELPED
from bot.dialogue.commands import Command
from bot.dialogue.ports import Assistant
from bot.dialogue.session import ANSWERS_KEPT, Session
from bot.dialogue.show import words
from bot.dialogue.texts import say
from knowledge.kit.privacy import mask_personal_data
from knowledge.understanding.places import bare_place

_ACTIONS = {
    ActionKind.START_APPLICATION: Command.APPLY,
    ActionKind.CHECK_ELIGIBILITY: Command.APPLY,
    ActionKind.FIND_BRANCH: Command.BRANCH,
    ActionKind.ASK_STAFF: Command.HANDOFF,
}


class QuestionFlow:
    """Asks the API and shows what it answers."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def ask(self, session: Session, text: str) -> Answer:
        """The answer to a message, with the conversation so far."""
        masked = mask_personal_data(text)
        answer = await self._assistant.answer(
            Question(question=masked, region=session.region, history=session.history)
        )
        session.remember(masked, answer.text)
        session.answers = [*session.answers, answer.id][-ANSWERS_KEPT:]
        if answer.applicability.region_code:
            session.region = answer.applicability.region_code
        session.awaiting = "region" if answer.ask_region else None
        session.pending_question = masked if answer.ask_region else None
        return answer

    async def with_region(self, session: Session, text: str) -> Reply | None:
        """Answer the question left open, if the words name just a place."""
        pending, code = session.pending_question, bare_place(text)
        if pending is None or code is None:
            return None
        session.region = code
        return show_answer(await self.ask(session, pending))

    async def rate(self, answer_id: str, is_helpful: bool) -> Reply:
        """Pass on whether an answer of this conversation helped."""
        await self._assistant.rate_answer(answer_id, Feedback(is_helpful=is_helpful))
        return words(say("answer-thank" if is_helpful else "answer-sorry"))


def show_answer(answer: Answer, *, with_actions: bool = True) -> Reply:
    """An answer with its sources and next steps."""
    choices: dict[str, ChoiceView] = {}
    for action in answer.actions if with_actions else []:
        command = _ACTIONS[action.kind].value
        choices.setdefault(command, ChoiceView(id=command, label=action.label))
    if with_actions and answer.citations:
        for prefix, key in ((HELPED, "answer-button-yes"), (DID_NOT_HELP, "answer-button-no")):
            choices[prefix] = ChoiceView(id=f"{prefix}{answer.id}", label=say(key))
    return Reply(
        kind=ReplyKind.CHOICES if choices else ReplyKind.TEXT,
        text=answer.text,
        choices=list(choices.values()),
        citations=answer.citations,
    )


def leads_elsewhere(answer: Answer) -> Intent | None:
    """The flow an answer leads to, unless it says something of its own."""
    flows = (Intent.APPLY, Intent.STATUS, Intent.BRANCH, Intent.HANDOFF)
    return answer.intent if answer.intent in flows and not answer.citations else None
