"""The conversation: takes a message, gives replies, remembers what it must."""

from collections.abc import Awaitable, Callable

from api.contract.answers import Intent
from api.contract.messages import ConversationState, IncomingMessage, Reply
from api.contract.problem import ApiProblemError, ApiUnreachableError
from bot.dialogue.commands import Command, command_of, edit_target, handover_code
from bot.dialogue.flows.branch import BRANCH, CHOOSE, PLACE, BranchFlow
from bot.dialogue.flows.intake import PICK, IntakeFlow
from bot.dialogue.flows.question import (
    DID_NOT_HELP,
    HELPED,
    QuestionFlow,
    leads_elsewhere,
    show_answer,
)
from bot.dialogue.flows.review import EDIT
from bot.dialogue.flows.status import StatusFlow
from bot.dialogue.ports import Assistant, SessionStore
from bot.dialogue.session import SEEN_EVENTS, Session
from bot.dialogue.show import menu, offer, words
from bot.dialogue.texts import say
from bot.errors import ConversationBusyError
from knowledge.kit.texts import without_controls
from knowledge.understanding.places import find_places

MAX_TEXT = 2000
MAX_WRITES = 4


class DialogueEngine:
    """One engine serves all conversations; it holds no state of its own."""

    def __init__(self, assistant: Assistant, sessions: SessionStore) -> None:
        self._sessions = sessions
        self._question = QuestionFlow(assistant)
        self._branch = BranchFlow(assistant)
        self._intake = IntakeFlow(assistant, self._branch)
        self._status = StatusFlow(assistant)

    async def handle(self, conversation: str, message: IncomingMessage) -> list[Reply]:
        """Replies to one message of a conversation.

        ``conversation`` is the name under which it is remembered. A repeated
        ``event_id`` changes nothing: the last one gives its replies again, in case they
        never arrived; an older one gives none.

        Raises:
            ConversationBusyError: other messages of the conversation kept coming first.
            ApiUnreachableError: the state could not be read or kept.
        """
        for _ in range(MAX_WRITES):
            kept = await self._sessions.conversation(conversation)
            session = Session.model_validate(kept.state)
            if message.event_id and message.event_id in session.seen:
                return session.last_replies if session.seen[-1] == message.event_id else []
            replies = await self._respond(session, message)
            if message.event_id:
                session.seen = [*session.seen, message.event_id][-SEEN_EVENTS:]
                session.last_replies = replies
            state = ConversationState(version=kept.version, state=session.model_dump(mode="json"))
            try:
                await self._sessions.save_conversation(conversation, state)
            except ApiProblemError as error:
                if error.code != "conversation_changed":
                    raise
                continue
            return replies
        raise ConversationBusyError("too many messages at once")

    async def _respond(self, session: Session, message: IncomingMessage) -> list[Reply]:
        try:
            return await self._dispatch(session, message)
        except ApiProblemError as error:
            detail = error.problem.detail
            again = await self._intake.ask_again(session) if session.is_filling else []
            return [words(say("error-say-sorry", detail=detail)), *again]
        except ApiUnreachableError:
            return [words(say("error-say-unreachable"))]

    async def _dispatch(self, session: Session, message: IncomingMessage) -> list[Reply]:
        if message.location is not None:
            replies = await self._branch.near_point(session, message.location)
            return await self._go_on(session, replies)
        if message.attachment is not None:
            return [words(say("message-say-attachment"))]
        if message.choice is not None:
            return await self._choice(session, message.choice, message.channel)
        text = without_controls(message.text or "").strip()
        return await self._text(session, text, message.channel)

    async def _choice(self, session: Session, choice: str, channel: str) -> list[Reply]:
        if choice.startswith(PICK):
            return await self._intake.take_choice(session, choice.removeprefix(PICK))
        if choice.startswith(EDIT):
            return await self._intake.edit(session, choice.removeprefix(EDIT))
        if choice.startswith(CHOOSE):
            return await self._intake.choose_branch(session, choice.removeprefix(CHOOSE))
        if choice.startswith(PLACE):
            replies = await self._branch.near_offered(session, choice.removeprefix(PLACE))
            return await self._go_on(session, replies)
        if choice.startswith((HELPED, DID_NOT_HELP)):
            return await self._question.rate(choice)
        if choice.startswith(BRANCH):
            replies = await self._branch.one(session, choice.removeprefix(BRANCH))
            return await self._go_on(session, replies)
        if choice in set(Command):
            return await self._command(session, Command(choice), channel)
        if session.is_filling:
            return await self._intake.take_choice(session, choice)
        return [offer(say("menu-show-help"), menu())]

    async def _text(self, session: Session, text: str, channel: str) -> list[Reply]:
        if not text:
            return [words(say("message-say-empty"))]
        if len(text) > MAX_TEXT:
            return [words(say("message-say-long"))]
        if code := handover_code(text):
            return await self._intake.take_over(session, code)
        if command := command_of(text):
            return await self._command(session, command, channel)
        target = edit_target(text)
        if target is not None and session.application_id is not None:
            return await self._intake.edit(session, target)
        if found := await self._status.look_up(session, text):
            return found
        if session.is_filling:
            return await self._fill(session, text)
        return await self._awaited(session, text) or await self._ask(session, text, channel)

    async def _fill(self, session: Session, text: str) -> list[Reply]:
        """Words while a form is open: its answer, a branch search, or a question between."""
        if session.field == "branch" and find_places(text):
            replies = await self._branch.near_words(session, text)
            return await self._go_on(session, replies)
        if await self._intake.understands(session, text):
            return await self._intake.take_words(session, text)
        answer = await self._question.ask(session, text)
        session.awaiting = None
        says_nothing = leads_elsewhere(answer) in (Intent.BRANCH, Intent.APPLY)
        shown = [] if says_nothing else [show_answer(answer, with_actions=False)]
        if answer.intent is Intent.BRANCH:
            return [*shown, *await self._branches_for(session, text)]
        between = words(say("intake-say-back-to-form"))
        return [*shown, between, *await self._intake.ask_again(session)]

    async def _awaited(self, session: Session, text: str) -> list[Reply] | None:
        if session.awaiting == "region":
            reply = await self._question.with_region(session, text)
            return [reply] if reply else None
        if session.awaiting == "place" and find_places(text):
            return await self._branch.near_words(session, text)
        return None

    async def _ask(self, session: Session, text: str, channel: str) -> list[Reply]:
        answer = await self._question.ask(session, text)
        if intent := leads_elsewhere(answer):
            return await self._lead(session, intent, text, channel)
        if answer.intent is Intent.BRANCH:
            return [show_answer(answer), *await self._branches_for(session, text)]
        return [show_answer(answer)]

    async def _lead(self, session: Session, intent: Intent, text: str, channel: str) -> list[Reply]:
        session.awaiting, session.pending_question = None, None
        if intent is Intent.APPLY:
            return await self._intake.start(session, channel)
        if intent is Intent.STATUS:
            return await self._status.show(session)
        if intent is Intent.HANDOFF:
            return [words(say("handoff-say-way"))]
        return await self._branches_for(session, text)

    async def _command(self, session: Session, command: Command, channel: str) -> list[Reply]:
        actions: dict[Command, Callable[[], Awaitable[list[Reply]]]] = {
            Command.START: lambda: self._greet(session),
            Command.APPLY: lambda: self._intake.start(session, channel),
            Command.RESUME: lambda: self._intake.resume(session),
            Command.STATUS: lambda: self._status.show(session),
            Command.BACK: lambda: self._intake.back(session),
            Command.REVIEW: lambda: self._intake.review(session),
            Command.EDIT: lambda: self._intake.edit(session, ""),
            Command.SUBMIT: lambda: self._intake.submit(session),
            Command.SKIP: lambda: self._intake.skip(session),
            Command.DONE: lambda: self._intake.finish_picking(session),
            Command.CANCEL_YES: lambda: self._intake.cancel(session),
            Command.HANDOVER: lambda: self._intake.hand_over(session),
            Command.BRANCH: lambda: self._find_branches(session),
        }
        if command in actions:
            return await actions[command]()
        return self._plain_command(session, command)

    def _plain_command(self, session: Session, command: Command) -> list[Reply]:
        """Commands that need nothing from outside."""
        match command:
            case Command.PAUSE if session.is_filling:
                return self._intake.pause(session)
            case Command.CANCEL if session.application_id:
                return self._intake.ask_cancel()
            case Command.PAUSE | Command.CANCEL:
                return [words(say("intake-say-nothing-open"))]
            case Command.HANDOFF:
                return [words(say("handoff-say-way"))]
            case Command.ASK:
                return [words(say("menu-invite-question"))]
            case _:
                return [offer(say("menu-show-help"), menu())]

    async def _branches_for(self, session: Session, text: str) -> list[Reply]:
        """Branches near the place the words name; without one, where the business is or asked."""
        if find_places(text, within=session.region):
            return await self._go_on(session, await self._branch.near_words(session, text))
        if session.is_filling:
            return await self._find_branches(session)
        return self._branch.ask(session, text)

    async def _find_branches(self, session: Session) -> list[Reply]:
        if not session.is_filling:
            return self._branch.ask(session)
        return await self._go_on(session, await self._branch.near_business(session))

    async def _greet(self, session: Session) -> list[Reply]:
        session.awaiting = None
        if session.is_filling:
            again = await self._intake.ask_again(session)
            return [words(say("intake-say-resume")), *again]
        if session.application_id and session.field is None:
            status = await self._status.show(session)
            return [offer(say("menu-greet"), menu()), *status]
        return [offer(say("menu-greet"), menu())]

    async def _go_on(self, session: Session, replies: list[Reply]) -> list[Reply]:
        """While a form is open, its question comes again after the branches."""
        again = await self._intake.ask_again(session) if session.is_filling else []
        return [*replies, *again]
