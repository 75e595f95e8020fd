"""Policy questions: asked, answered, and followed up."""

from api.contract.answers import ActionKind, Answer, Intent, Question
from api.contract.messages import ChoiceView, Reply, ReplyKind
from api.contract.staff import Feedback
from bot.dialogue.choices import DID_NOT_HELP, HELPED
from bot.dialogue.commands import Command
from bot.dialogue.ports import LoanApi
from bot.dialogue.session import ANSWERS_KEPT, Session, token_of
from bot.dialogue.show import words
from bot.dialogue.texts import say
from knowledge.kit.privacy import mask_personal_data

_ACTIONS = {
    ActionKind.START_APPLICATION: Command.APPLY,
    ActionKind.CHECK_ELIGIBILITY: Command.APPLY,
    ActionKind.FIND_BRANCH: Command.BRANCH,
    ActionKind.ASK_STAFF: Command.HANDOFF,
}
_FLOWS = (Intent.APPLY, Intent.STATUS, Intent.BRANCH)
# A choice of what was meant, by a token of what it says.
MEANT = "meant:"


class QuestionFlow:
    """Asks the API and shows what it answers."""

    def __init__(self, api: LoanApi) -> None:
        self._api = api

    async def ask(self, session: Session, text: str) -> Answer:
        """The answer to a message, with the conversation so far."""
        masked = mask_personal_data(text)
        answer = await self._api.answer(
            Question(
                question=masked,
                region=session.region,
                history=session.history,
                completes=bool(session.readings),
            )
        )
        session.remember(masked, answer.text)
        session.answers = [*session.answers, answer.id][-ANSWERS_KEPT:]
        if answer.applicability.region_code:
            session.region = answer.applicability.region_code
        asked = answer.asked_back
        session.readings = [reading.says for reading in asked.readings] if asked else []
        session.awaiting = "region" if answer.ask_region else None
        session.pending_question = masked if answer.ask_region else None
        return answer

    async def with_region(self, session: Session, code: str | None) -> Reply | None:
        """Answer the question left open for the place that was said, if it was just a place."""
        pending = session.pending_question
        if pending is None or code is None:
            return None
        session.region = code
        return show_answer(await self.ask(session, pending))

    async def rate(self, answer_id: str, is_helpful: bool) -> Reply:
        """Pass on whether an answer of this conversation helped."""
        await self._api.rate_answer(answer_id, Feedback(is_helpful=is_helpful))
        return words(say("answer-thank" if is_helpful else "answer-sorry"))


def show_answer(answer: Answer, *, with_actions: bool = True) -> Reply:
    """An answer with its sources and next steps."""
    choices: dict[str, ChoiceView] = {}
    for reading in answer.asked_back.readings if answer.asked_back else ():
        meant = f"{MEANT}{token_of(reading.says)}"
        choices[meant] = ChoiceView(id=meant, label=reading.label)
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
    """The flow an answer leads to; a search for branches not where rules say where to go."""
    flows = (Intent.APPLY, Intent.STATUS) if answer.citations else _FLOWS
    return answer.intent if answer.intent in flows else None
