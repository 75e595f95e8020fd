"""Where an application stands."""

import re

from api.contract.applications import ApplicationStatus, ApplicationView
from api.contract.messages import Reply
from api.contract.problem import ApiProblemError
from bot.dialogue.commands import Command
from bot.dialogue.ports import Assistant
from bot.dialogue.session import Session
from bot.dialogue.show import button, card, offer, words
from bot.dialogue.texts import say
from knowledge.kit.clock import CHINA
from knowledge.kit.digits import ascii_digits

MOST_TRIES = 5
_RECEIPT = re.compile(r"CD[0-9]{8}-?[0-9]{6}-?[0-9]", re.IGNORECASE)


class StatusFlow:
    """By this conversation's own application, else by receipt number and phone."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    async def show(self, session: Session) -> list[Reply]:
        """The card of this conversation's application, or a request for the number."""
        if session.application_id is None:
            session.awaiting = "receipt"
            return [words(say("status-ask-receipt"))]
        return _card(await self._assistant.application(session.application_id))

    async def look_up(self, session: Session, text: str) -> list[Reply] | None:
        """The card for a receipt number with four digits of a phone; None if there is none."""
        text = ascii_digits(text).replace("—", "-")
        match = _RECEIPT.search(text)
        if match is None:
            return None
        last4 = re.findall("[0-9]{4}", text.replace(match[0], " "))
        if not last4:
            session.awaiting = "receipt"
            return [words(say("status-ask-receipt"))]
        if session.receipt_tries >= MOST_TRIES:
            return [words(say("status-say-too-often"))]
        try:
            found = await self._assistant.find_by_receipt(_tidy(match[0]), last4[-1])
        except ApiProblemError as error:
            session.receipt_tries += 1
            return [words(say("error-say-sorry", detail=error.problem.detail))]
        session.awaiting = None
        return _card(found)


def _tidy(receipt: str) -> str:
    digits = re.sub("[^0-9]", "", receipt)
    return f"CD{digits[:8]}-{digits[8:14]}-{digits[14:]}"


def _card(view: ApplicationView) -> list[Reply]:
    lines = [say("status-line-status", status=say(f"status-name-{view.status.value}"))]
    if view.receipt:
        lines.insert(0, say("status-line-receipt", receipt=view.receipt))
    if view.missing:
        lines.append(say("status-line-missing", count=len(view.missing)))
    lines += [
        say("status-line-submitted", day=f"{event.at.astimezone(CHINA):%Y-%m-%d %H:%M}")
        for event in view.events
        if event.kind == "submit"
    ]
    lines += [
        say("status-line-deadline", day=f"{deadline.due_at.astimezone(CHINA):%Y-%m-%d}")
        for deadline in view.deadlines
    ]
    lines += [say("status-line-reason", reason=reason) for reason in view.reasons]
    replies = [card(say("status-title-card"), lines)]
    if view.status is ApplicationStatus.DRAFT:
        replies.append(offer(say("menu-greet-draft"), [button(Command.RESUME)]))
    return replies
