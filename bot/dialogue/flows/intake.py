"""Fills in an application, one question at a time."""

from api.contract.applications import (
    ApplicationStatus,
    ApplicationView,
    DraftChange,
    NewApplication,
)
from api.contract.conversations import Channel
from api.contract.forms.catalog import visible_fields
from api.contract.forms.models import FieldKind, FieldValue, Form, FormField
from api.contract.interpretations import InterpretationView
from api.contract.messages import ChoiceView, Reply
from api.contract.problem import ApiProblemError
from bot.dialogue.commands import Command
from bot.dialogue.flows.branch import BranchFlow
from bot.dialogue.flows.review import ask_what_to_edit, find_field, show_review, spoken
from bot.dialogue.ports import LoanApi
from bot.dialogue.session import Session, token_of
from bot.dialogue.show import button, offer, words
from bot.dialogue.texts import say
from knowledge.kit.clock import CHINA

PICK = "pick:"
FORM = "personal"


class IntakeFlow:
    """The draft lives in the API; the session only knows which field was asked for."""

    def __init__(self, api: LoanApi, branches: BranchFlow) -> None:
        self._api, self._branches = api, branches

    async def start(self, session: Session, channel: Channel) -> list[Reply]:
        """Begin a draft, or go on with the one there is."""
        view = await self._current(session)
        if view is not None and view.status is ApplicationStatus.DRAFT:
            return [words(say("intake-say-resume")), *await self._go_on(session, view)]
        view = await self._api.open_application(NewApplication(form=FORM, channel=channel))
        session.application_id, session.told = view.id, []
        return [words(say("intake-say-start")), *await self._go_on(session, view)]

    async def resume(self, session: Session) -> list[Reply]:
        """Go on with a paused draft."""
        view = await self._current(session)
        if view is None or view.status is not ApplicationStatus.DRAFT:
            return [words(say("intake-say-nothing-open"))]
        return await self._go_on(session, view)

    async def ask_again(self, session: Session) -> list[Reply]:
        """Repeat the question that is open, after something else was said."""
        view = await self._current(session)
        if view is None:
            return []
        if session.field is None:
            return await self._show_review(view)
        return [await self._ask(session, view, session.field)]

    async def take_words(
        self, session: Session, text: str, reading: InterpretationView
    ) -> list[Reply]:
        """Words as the answer to the open field, with the value that was read of them."""
        field = await self._open_field(session)
        if field is None:
            return await self.ask_again(session)
        value = None if text in await self._codes() else reading.expected_value
        if field.kind is FieldKind.BRANCH and value:
            # A branch is picked from those found: words are no id, even if they look like one.
            return await self._offer_branches(session, say("branch-say-not-listed"))
        if value is None:
            asked = await self.ask_again(session)
            return [words(say("intake-say-not-understood")), *asked]
        return await self._keep(session, field, value)

    async def take_choice(self, session: Session, picked: str) -> list[Reply]:
        """A button as the answer to the open field."""
        field = await self._open_field(session)
        if field is None:
            return await self.ask_again(session)
        if field.kind is FieldKind.CHOICES:
            return await self._pick(session, field, picked)
        if field.kind in (FieldKind.CONSENT, FieldKind.YES_NO):
            return await self._keep(session, field, picked == "yes")
        return await self._keep(session, field, picked)

    async def finish_picking(self, session: Session) -> list[Reply]:
        """Keep what was picked of a field with several choices."""
        field = await self._open_field(session)
        if field is None or field.kind is not FieldKind.CHOICES or not session.picked:
            return await self.ask_again(session)
        return await self._keep(session, field, list(session.picked))

    async def skip(self, session: Session) -> list[Reply]:
        """Leave an optional field empty."""
        field = await self._open_field(session)
        if field is None or field.required:
            return await self.ask_again(session)
        return await self._keep(session, field, "")

    async def choose_branch(self, session: Session, token: str) -> list[Reply]:
        """Take one of the branches last offered for the application."""
        branch_id = next((b for b in session.branches if token_of(b) == token), None)
        if branch_id is None:
            return await self.ask_again(session)
        field = next(f for f in (await self._form()).fields if f.kind is FieldKind.BRANCH)
        return await self._keep(session, field, branch_id)

    async def back(self, session: Session) -> list[Reply]:
        """Ask the field before the open one again."""
        view = await self._current(session)
        if view is None:
            return []
        fields = [f.id for f in visible_fields(await self._form(), view.answers)]
        place = fields.index(session.field) if session.field in fields else len(fields)
        if place <= 1:
            return [words(say("intake-say-first")), *await self.ask_again(session)]
        session.turn_to(fields[place - 1])
        return await self.ask_again(session)

    async def review(self, session: Session) -> list[Reply]:
        """The review page; a question that is open stays open, one put anew is given up."""
        view = await self._current(session)
        if view is None:
            return [words(say("intake-say-nothing-open"))]
        if session.is_filling:
            session.turn_to(view.step)
        return await self._show_review(view)

    async def edit(self, session: Session, target: str) -> list[Reply]:
        """Ask a field named in words again; without a name, offer all."""
        view, form = await self._draft(session), await self._form()
        if view is None:
            return [words(say("intake-say-nothing-open"))]
        if field := find_field(form, view, target):
            return await self.edit_field(session, field.id)
        note = [words(say("intake-say-unknown-field"))] if target else []
        return [*note, ask_what_to_edit(form, view)]

    async def edit_field(self, session: Session, field_id: str) -> list[Reply]:
        """Ask a field again."""
        session.turn_to(field_id)
        return await self.ask_again(session)

    @staticmethod
    def pause(session: Session) -> list[Reply]:
        """Stop asking; the draft stays."""
        session.turn_to(None, is_filling=False)
        return [offer(say("intake-say-paused"), [button(Command.RESUME)])]

    @staticmethod
    def ask_cancel() -> list[Reply]:
        """Make sure before a draft is given up."""
        no = button(Command.RESUME, say("intake-button-cancel-no"))
        return [offer(say("intake-ask-cancel"), [button(Command.CANCEL_YES), no])]

    async def cancel(self, session: Session) -> list[Reply]:
        """Withdraw the application of this conversation."""
        if session.application_id is None:
            return [words(say("intake-say-nothing-open"))]
        await self._api.withdraw_application(session.application_id)
        self._forget(session)
        return [words(say("intake-say-cancelled"))]

    async def submit(self, session: Session) -> list[Reply]:
        """Hand the application in; said twice, it is handed in once."""
        view = await self._draft(session)
        if view is None:
            told = await self.receipt_again(session)
            return told or [words(say("intake-say-nothing-open"))]
        if session.is_filling and session.field not in (None, view.step):
            # What is being put right is not what the page before showed.
            return [words(say("intake-say-finish-first")), *await self.ask_again(session)]
        if view.missing:
            return await self._go_on(session, view)
        try:
            done = await self._api.submit_application(view.id, key=f"{view.id}-submission")
        except ApiProblemError as error:
            return await self._put_right(session, error)
        session.turn_to(None, is_filling=False)
        return _receipt_of(done, say("intake-say-submitted", receipt=done.receipt))

    async def receipt_again(self, session: Session) -> list[Reply] | None:
        """The receipt of what was handed in; None when nothing was."""
        view = await self._current(session)
        if view is None or view.receipt is None or view.status is ApplicationStatus.WITHDRAWN:
            return None
        # Told again, for the first time it may have been lost on its way.
        return _receipt_of(view, say("intake-say-already", receipt=view.receipt))

    async def hand_over(self, session: Session) -> list[Reply]:
        """A code with which another channel goes on."""
        if session.application_id is None:
            return [words(say("intake-say-nothing-open"))]
        offered = await self._api.offer_handover(session.application_id)
        return [words(say("intake-say-handover", code=offered.code, minutes=10))]

    async def take_over(self, session: Session, code: str) -> list[Reply]:
        """Go on with the application of another channel."""
        view = await self._api.accept_handover(code)
        session.application_id, session.told = view.id, []
        session.turn_to(None, is_filling=False)
        note = words(say("intake-say-handover-done"))
        if view.status is not ApplicationStatus.DRAFT:
            return [note]
        return [note, *await self._go_on(session, view)]

    async def _keep(self, session: Session, field: FormField, value: FieldValue) -> list[Reply]:
        if session.application_id is None:
            return [words(say("intake-say-nothing-open"))]
        if field.kind is FieldKind.CONSENT and value is not True:
            return await self._decline(session)
        change = DraftChange(answers={field.id: value})
        if field.kind is FieldKind.CONSENT:
            change = DraftChange(consent_version=(await self._form()).consent_version)
        try:
            view = await self._api.change_application(session.application_id, change)
        except ApiProblemError as error:
            return await self._put_right(session, error)
        session.begin_step()
        return [*_new_findings(session, view), *await self._go_on(session, view)]

    async def _put_right(self, session: Session, error: ApiProblemError) -> list[Reply]:
        """Say what is wrong with answers and ask for the first again; branches are offered."""
        fields = {field.id: field for field in (await self._form()).fields}
        issues = [issue for issue in error.problem.issues if issue.field in fields]
        if not issues:
            raise error
        replies = [
            words(say("intake-say-problem", label=fields[i.field].label, message=i.message))
            for i in issues
        ]
        first = fields[issues[0].field]
        session.turn_to(first.id)
        if first.kind is FieldKind.BRANCH:
            replies += await self._branches.near_business(session)
        return [*replies, *await self.ask_again(session)]

    async def _offer_branches(self, session: Session, note: str) -> list[Reply]:
        near = await self._branches.near_business(session)
        return [words(note), *near, *await self.ask_again(session)]

    async def _decline(self, session: Session) -> list[Reply]:
        if session.application_id is not None:
            await self._api.withdraw_application(session.application_id)
        self._forget(session)
        return [words(say("intake-say-declined"))]

    @staticmethod
    def _forget(session: Session) -> None:
        session.turn_to(None, is_filling=False)
        session.application_id, session.told = None, []

    async def _pick(self, session: Session, field: FormField, picked: str) -> list[Reply]:
        if picked in [choice.id for choice in field.choices] and picked not in session.picked:
            session.picked = [*session.picked, picked]
        said = say("intake-say-picked", picked=spoken(field, list(session.picked)))
        rest = [
            ChoiceView(id=f"{PICK}{choice.id}", label=choice.label)
            for choice in field.choices
            if choice.id not in session.picked
        ]
        return [offer(said, [*rest, button(Command.DONE)], field=field.id)]

    async def _go_on(self, session: Session, view: ApplicationView) -> list[Reply]:
        session.turn_to(view.step)
        if view.step is None:
            return await self._show_review(view)
        return [await self._ask(session, view, view.step)]

    async def _show_review(self, view: ApplicationView) -> list[Reply]:
        form = await self._form()
        chosen = [view.answers.get(f.id) for f in form.fields if f.kind is FieldKind.BRANCH]
        names = {str(c): await self._branches.name_of(str(c)) for c in chosen if c}
        return show_review(form, view, names)

    async def _ask(self, session: Session, view: ApplicationView, field_id: str) -> Reply:
        form = await self._form()
        fields = visible_fields(form, view.answers)
        place, field = next((n, f) for n, f in enumerate(fields, start=1) if f.id == field_id)
        question = form.consent_text if field.kind is FieldKind.CONSENT else field.question
        text = say("intake-ask-field", n=place, total=len(fields), question=question)
        if field.help:
            text += say("intake-show-help", help=field.help)
        if field.example:
            text += say("intake-show-example", example=field.example)
        return offer(text, _choices(field, session), field=field.id)

    async def _form(self) -> Form:
        return await self._api.form(FORM)

    async def _codes(self) -> set[str]:
        """Names that buttons and fields go by; nobody answers with them."""
        fields = (await self._form()).fields
        return {f.id for f in fields} | {c.id for f in fields for c in f.choices}

    async def _draft(self, session: Session) -> ApplicationView | None:
        view = await self._current(session)
        return view if view and view.status is ApplicationStatus.DRAFT else None

    async def _current(self, session: Session) -> ApplicationView | None:
        if session.application_id is None:
            return None
        return await self._api.application(session.application_id)

    async def _open_field(self, session: Session) -> FormField | None:
        return next((f for f in (await self._form()).fields if f.id == session.field), None)


def _receipt_of(view: ApplicationView, note: str) -> list[Reply]:
    days = (f"{deadline.due_at.astimezone(CHINA):%Y-%m-%d}" for deadline in view.deadlines)
    return [words(note), *(words(say("intake-say-deadline", day=day)) for day in days)]


def _choices(field: FormField, session: Session) -> list[ChoiceView]:
    match field.kind:
        case FieldKind.CONSENT:
            return [
                ChoiceView(id=f"{PICK}yes", label=say("intake-button-agree")),
                ChoiceView(id=f"{PICK}no", label=say("intake-button-disagree")),
            ]
        case FieldKind.YES_NO:
            choices = [
                ChoiceView(id=f"{PICK}yes", label=say("intake-button-yes")),
                ChoiceView(id=f"{PICK}no", label=say("intake-button-no")),
            ]
        case FieldKind.BRANCH:
            choices = [button(Command.BRANCH, say("branch-button-list"))]
        case _:
            choices = [ChoiceView(id=f"{PICK}{c.id}", label=c.label) for c in field.choices]
    if not field.required:
        choices.append(button(Command.SKIP))
    return [*choices, button(Command.BACK), button(Command.PAUSE)]


def _new_findings(session: Session, view: ApplicationView) -> list[Reply]:
    """What stands in the way, said once, with its clause."""
    replies = []
    standing = [f for f in view.findings if f.outcome == "not_met"]
    for finding in standing:
        if finding.code in session.told:
            continue
        cited = finding.citation
        citation = say("intake-show-citation", citation=cited) if cited else ""
        replies.append(
            words(say("intake-warn-finding", message=finding.message, citation=citation))
        )
    session.told = [finding.code for finding in standing]
    return replies
