"""Where an application stands."""

import re

from api.contract.applications import ApplicationStatus, ApplicationView
from api.contract.messages import Reply
from api.contract.problem import ApiProblemError
from api.contract.receipts import find_receipt
from bot.dialogue.commands import Command
from bot.dialogue.ports import LoanApi
from bot.dialogue.session import Session
from bot.dialogue.show import button, card, offer, words
from bot.dialogue.texts import say
from knowledge.kit.clock import CHINA
from knowledge.kit.digits import ascii_digits


class StatusFlow:
    """By this conversation's own application, else by receipt number and phone."""

    def __init__(self, api: LoanApi) -> None:
        self._api = api

    async def show(self, session: Session) -> list[Reply]:
        """The card of this conversation's application, or a request for the number."""
        if session.application_id is None:
            session.awaiting = "receipt"
            return [words(say("status-ask-receipt"))]
        return _card(await self._api.application(session.application_id))

    async def look_up(self, session: Session, text: str) -> list[Reply] | None:
        """The card for a receipt number with four digits of a phone; None if there is none.

        The conversation that handed the application in looks nothing up, so that others who
        try its number can never shut it out.
        """
        written = find_receipt(ascii_digits(text))
        if written is None:
            return None
        if not written.is_sound:
            return [words(say("status-say-misread"))]
        if session.application_id is not None:
            own = await self._api.application(session.application_id)
            if own.receipt == written.number:
                return _card(own)
        digits = re.findall(r"[0-9]{4,}", written.rest)
        if not digits:
            session.awaiting = "receipt"
            return [words(say("status-ask-receipt"))]
        try:
            found = await self._api.find_by_receipt(written.number, digits[-1][-4:])
        except ApiProblemError as error:
            return [words(say("error-say-sorry", detail=error.problem.detail))]
        session.awaiting = None
        return _card(found)


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
