"""What is kept of a person: shown, copied, erased."""

from api.contract.applications import ApplicationStatus, ApplicationView
from api.contract.conversations import Channel
from api.contract.messages import ChoiceView, Reply
from bot.dialogue.commands import Command
from bot.dialogue.flows.review import answer_lines
from bot.dialogue.ports import LoanApi
from bot.dialogue.session import Session
from bot.dialogue.show import button, card, offer, words
from bot.dialogue.texts import say

# Where a page shows the conversation, an address without a host leads to the same server.
_ON_PAGES = (Channel.WEB, Channel.HTTP)


class PersonalDataFlow:
    """Serves a person's rights to the data of their conversation and its application.

    Args:
        public_url: where people reach the server; None when that was not said.
    """

    def __init__(self, api: LoanApi, channel: Channel, public_url: str | None) -> None:
        self._api, self._channel = api, channel
        self._public_url = public_url

    async def show(self, session: Session) -> list[Reply]:
        """What is kept, personal values masked, and what can be done about it."""
        turns = say("data-line-conversation", n=len(session.history) // 2)
        if session.application_id is None:
            lines = [say("data-line-no-application"), turns]
            buttons = [button(Command.ERASE)]
        else:
            view = await self._api.application(session.application_id)
            lines = [*await self._lines(view), turns]
            buttons = [button(Command.COPY), button(Command.ERASE)]
        return [card(say("data-title"), lines), offer(say("data-show-choices"), buttons)]

    async def copy(self, session: Session) -> list[Reply]:
        """An address from which everything can be fetched once."""
        if session.application_id is None:
            return [words(say("data-say-nothing"))]
        if self._public_url is None and self._channel not in _ON_PAGES:
            return [words(say("data-say-counter"))]
        link = await self._api.offer_copy(session.application_id)
        address = f"{(self._public_url or '').rstrip('/')}{link.path}"
        download = ChoiceView(id=address, label=say("data-link-download"))
        return [card(say("data-title-copy"), [say("data-line-once")], [download])]

    @staticmethod
    def ask_erasure(session: Session) -> list[Reply]:
        """Make sure before anything is erased."""
        ask = "data-ask-erase" if session.application_id else "data-ask-erase-conversation"
        no = button(Command.HELP, say("data-button-keep"))
        return [offer(say(ask), [button(Command.ERASE_YES), no])]

    async def erase(self, session: Session) -> list[Reply]:
        """Erase the application and what is remembered of the conversation."""
        said = [say("data-say-erased-conversation")]
        if session.application_id is not None:
            proof = await self._api.erase_personal_data(session.application_id)
            said.append(
                say(
                    "data-say-erased",
                    answers=proof.counts.get("answers", 0),
                    files=proof.counts.get("attachments", 0),
                    number=proof.number,
                )
            )
        session.forget()
        return [words("\n".join(reversed(said)))]

    async def _lines(self, view: ApplicationView) -> list[str]:
        if view.status is ApplicationStatus.WITHDRAWN and not view.answers:
            return [say("data-line-emptied")]
        form = await self._api.form(view.form)
        status = say("status-line-status", status=say(f"status-name-{view.status.value}"))
        receipt = [say("status-line-receipt", receipt=view.receipt)] if view.receipt else []
        return [*receipt, status, *answer_lines(form, view)]
