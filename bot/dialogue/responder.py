"""What one message is answered with: the flow it goes to, and what follows from that."""

from collections.abc import Awaitable, Callable

from api.contract.answers import Intent
from api.contract.conversations import Channel
from api.contract.interpretations import InterpretationView, MessageToRead
from api.contract.messages import Reply
from api.contract.problem import ApiProblemError, ApiUnreachableError
from bot.dialogue.choices import LASTING, bind, let_lapse, offered, rated_answer
from bot.dialogue.commands import Command, command_of, edit_target, handover_code, is_code
from bot.dialogue.events import Attached, BranchPicked, Event, Located, Said, Tapped
from bot.dialogue.flows.branch import CHOOSE, PLACE, BranchFlow
from bot.dialogue.flows.intake import PICK, IntakeFlow
from bot.dialogue.flows.personal_data import PersonalDataFlow
from bot.dialogue.flows.question import MEANT, QuestionFlow, leads_elsewhere, show_answer
from bot.dialogue.flows.review import EDIT
from bot.dialogue.flows.status import StatusFlow
from bot.dialogue.ports import LoanApi
from bot.dialogue.session import Session, token_of
from bot.dialogue.show import menu, offer, words
from bot.dialogue.texts import say
from knowledge.kit.texts import without_controls
from knowledge.understanding.labels import Matter

MAX_TEXT = 2000
# What cannot be undone is confirmed by the very next message or not at all.
ONCE = (Command.CANCEL_YES, Command.ERASE_YES)


class Responder:
    """Answers in one conversation, on whose session it works."""

    def __init__(
        self,
        api: LoanApi,
        session: Session,
        channel: Channel,
        public_url: str | None = None,
    ) -> None:
        self._session, self._channel, self._api = session, channel, api
        self._data = PersonalDataFlow(api, channel, public_url)
        self._question = QuestionFlow(api)
        self._branch = BranchFlow(api)
        self._intake = IntakeFlow(api, self._branch)
        self._status = StatusFlow(api)

    async def respond(self, event: Event) -> list[Reply]:
        """Replies to an event; what it changes is in the session afterwards."""
        try:
            replies = await self._dispatch(event)
        except ApiProblemError as error:
            sorry = words(say("error-say-sorry", detail=error.problem.detail))
            replies = await self._then_go_on([sorry])
        except ApiUnreachableError:
            replies = [words(say("error-say-unreachable"))]
        return bind(self._session, replies)

    async def _dispatch(self, event: Event) -> list[Reply]:
        session = self._session
        if isinstance(event, Tapped):
            return await self._tapped(event.choice)
        let_lapse(session, *ONCE)
        match event:
            case Located(point):
                return await self._then_go_on(await self._branch.near_point(session, point))
            case BranchPicked(branch_id):
                return await self._then_go_on(await self._branch.one(session, branch_id))
            case Attached():
                return [words(say("message-say-attachment"))]
            case Said(text):
                return await self._said(without_controls(text).strip())

    async def _tapped(self, choice: str) -> list[Reply]:
        session = self._session
        name = offered(session, choice)
        let_lapse(session, *ONCE)
        if name is not None:
            session.tapped = choice
            return await self._do(name)
        if choice in LASTING:
            return await self._command(Command(choice))
        if rated := rated_answer(session, choice):
            return [await self._question.rate(*rated)]
        return await self._void(choice)

    async def _do(self, name: str) -> list[Reply]:
        """What a button of this step stands for; ``name`` is what a flow called it."""
        actions: dict[str, Callable[[Session, str], Awaitable[list[Reply]]]] = {
            PICK: self._intake.take_choice,
            EDIT: self._intake.edit_field,
            CHOOSE: self._intake.choose_branch,
            PLACE: self._near_offered,
            MEANT: self._meant,
        }
        for kind, act in actions.items():
            if name.startswith(kind):
                return await act(self._session, name.removeprefix(kind))
        return await self._command(Command(name))

    async def _meant(self, session: Session, token: str) -> list[Reply]:
        """What was meant is said as the next message; it completes what was asked back last."""
        says = next((said for said in session.readings if token_of(said) == token), None)
        return await (self._present(say("choice-say-past")) if says is None else self._said(says))

    async def _near_offered(self, session: Session, token: str) -> list[Reply]:
        return await self._then_go_on(await self._branch.near_offered(session, token))

    async def _void(self, choice: str) -> list[Reply]:
        """A button of an earlier step does nothing; what is asked now is shown again."""
        if choice != self._session.tapped:
            return await self._present(say("choice-say-past"))
        # Pressed twice: it has done what it should.
        done = await self._intake.receipt_again(self._session)
        return done or await self._present(say("choice-say-taken"))

    async def _present(self, note: str) -> list[Reply]:
        """A note, and where the conversation is now."""
        if self._session.is_filling:
            return await self._then_go_on([words(note)])
        return [offer(note, menu())]

    async def _said(self, text: str) -> list[Reply]:
        session = self._session
        if not text:
            return [words(say("message-say-empty"))]
        if len(text) > MAX_TEXT:
            return [words(say("message-say-long"))]
        if code := handover_code(text):
            return await self._intake.take_over(session, code)
        if command := command_of(text):
            return await self._command(command)
        target = edit_target(text)
        if target is not None and session.application_id is not None:
            return await self._intake.edit(session, target)
        if is_code(text):
            return await self._present(say("message-say-code"))
        if found := await self._status.look_up(session, text):
            return found
        reading = await self._read(text)
        if session.is_filling:
            return await self._fill(text, reading)
        return await self._awaited(text, reading) or await self._ask(text, reading)

    async def _read(self, text: str) -> InterpretationView:
        """The one reading of a message, which all that follows goes by.

        An answer to a form goes on from the form's question, not from what was asked before.
        """
        session = self._session
        return await self._api.interpret(
            MessageToRead(
                text=text,
                history=[] if session.is_filling else session.history,
                region=session.region,
                expected_field=session.field if session.is_filling else None,
            )
        )

    async def _fill(self, text: str, reading: InterpretationView) -> list[Reply]:
        """Words while a form is open: its answer, a branch search, or a question between."""
        session = self._session
        if session.field == "branch" and names_place(reading):
            found = await self._branch.near_words(session, text, reading.subject)
            return await self._then_go_on(found)
        if reading.answers_expected:
            return await self._intake.take_words(session, text, reading)
        answer = await self._question.ask(session, text)
        session.awaiting = None
        leads = leads_elsewhere(answer) in (Intent.BRANCH, Intent.APPLY)
        says_nothing = leads and not answer.citations
        shown = [] if says_nothing else [show_answer(answer, with_actions=False)]
        if answer.intent is Intent.BRANCH or seeks_branches(reading):
            return [*shown, *await self._branches_for(text, reading)]
        return await self._then_go_on([*shown, words(say("intake-say-back-to-form"))])

    async def _awaited(self, text: str, reading: InterpretationView) -> list[Reply] | None:
        session = self._session
        if session.awaiting == "region":
            reply = await self._question.with_region(session, reading.only_place)
            return [reply] if reply else None
        if session.awaiting == "place" and names_place(reading):
            return await self._branch.near_words(session, text, reading.subject)
        return None

    async def _ask(self, text: str, reading: InterpretationView) -> list[Reply]:
        answer = await self._question.ask(self._session, text)
        if intent := leads_elsewhere(answer):
            shown = [show_answer(answer, with_actions=False)] if answer.citations else []
            return [*shown, *await self._lead(intent, text, reading)]
        if answer.intent is Intent.BRANCH or seeks_branches(reading):
            return [show_answer(answer), *await self._branches_for(text, reading)]
        return [show_answer(answer)]

    async def _lead(self, intent: Intent, text: str, reading: InterpretationView) -> list[Reply]:
        session = self._session
        session.awaiting, session.pending_question = None, None
        if intent is Intent.APPLY:
            return await self._intake.start(session, self._channel)
        if intent is Intent.STATUS:
            return await self._status.show(session)
        return await self._branches_for(text, reading)

    async def _command(self, command: Command) -> list[Reply]:
        session = self._session
        actions: dict[Command, Callable[[], Awaitable[list[Reply]]]] = {
            Command.START: self._greet,
            Command.APPLY: lambda: self._intake.start(session, self._channel),
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
            Command.BRANCH: self._find_branches,
            Command.MY_DATA: lambda: self._data.show(session),
            Command.COPY: lambda: self._data.copy(session),
            Command.ERASE_YES: lambda: self._data.erase(session),
        }
        if command in actions:
            return await actions[command]()
        return self._plain_command(command)

    def _plain_command(self, command: Command) -> list[Reply]:
        """Commands that need nothing from outside."""
        session = self._session
        match command:
            case Command.PAUSE if session.is_filling:
                return self._intake.pause(session)
            case Command.CANCEL if session.application_id:
                return self._intake.ask_cancel()
            case Command.PAUSE | Command.CANCEL:
                return [words(say("intake-say-nothing-open"))]
            case Command.ERASE:
                return self._data.ask_erasure(session)
            case Command.HANDOFF:
                return [words(say("handoff-say-way"))]
            case Command.ASK:
                return [words(say("menu-invite-question"))]
            case _:
                return [offer(say("menu-show-help"), menu())]

    async def _branches_for(self, text: str, reading: InterpretationView) -> list[Reply]:
        """Branches near the place the words name; without one, where the business is or asked."""
        session = self._session
        if names_place(reading):
            found = await self._branch.near_words(session, text, reading.subject)
            return await self._then_go_on(found)
        if session.is_filling:
            return await self._find_branches()
        return self._branch.ask(session, reading.subject)

    async def _find_branches(self) -> list[Reply]:
        if not self._session.is_filling:
            return self._branch.ask(self._session)
        return await self._then_go_on(await self._branch.near_business(self._session))

    async def _greet(self) -> list[Reply]:
        session = self._session
        session.awaiting = None
        if session.is_filling:
            return await self._then_go_on([words(say("intake-say-resume"))])
        if session.application_id and session.field is None:
            status = await self._status.show(session)
            return [offer(say("menu-greet"), menu()), *status]
        return [offer(say("menu-greet"), menu())]

    async def _then_go_on(self, replies: list[Reply]) -> list[Reply]:
        """While a form is open, its question comes again after what came between."""
        session = self._session
        again = await self._intake.ask_again(session) if session.is_filling else []
        return [*replies, *again]


def seeks_branches(reading: InterpretationView) -> bool:
    """Whether it is asked which bank or counter of a place that the message names."""
    asked = any(ask.matter in (Matter.WHERE, Matter.BANKS) for ask in reading.asks)
    return asked and names_place(reading)


def names_place(reading: InterpretationView) -> bool:
    """Whether the message itself names a place."""
    return any(place.codes and not place.is_earlier for place in reading.places)
