"""What can be done with an application."""

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncSession

from api.applications.ports import EligibilityRules
from api.applications.preferred_branch import PreferredBranch
from api.applications.repository import ApplicationRepository
from api.applications.tables import ApplicationRow, EventRow
from api.applications.workdays import add_workdays
from api.applications.workflow import Event, after
from api.auth.masking import mask
from api.auth.secrets import new_token, token_hash
from api.contract.applications import (
    ApplicationStatus,
    ApplicationView,
    Deadline,
    DraftChange,
    EventView,
    FieldIssue,
    NewApplication,
)
from api.contract.forms.catalog import (
    Rejection,
    accept,
    forms,
    missing_fields,
    next_field,
    visible_fields,
)
from api.contract.forms.models import FieldValue, Form
from api.contract.receipts import draw_receipt
from api.db.engine import Database
from api.db.retrying import retried
from api.errors import (
    ConsentRequiredError,
    FormNotFoundError,
    IdempotencyKeyReusedError,
    IncompleteApplicationError,
    InvalidFieldsError,
    SubmissionInFlightError,
)
from api.keys.vault import Vault
from api.limits.quotas import Quotas
from api.texts import field_message
from knowledge.kit.clock import CHINA
from knowledge.kit.digits import canonical_code


class ApplicationService:
    """Drafts, submissions, withdrawals; every change is one transaction with its event."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        rules: EligibilityRules,
        preferred_branch: PreferredBranch,
        quotas: Quotas,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._vault, self._rules, self._now = database, vault, rules, now
        self._preferred_branch, self._quotas = preferred_branch, quotas
        self._in_flight: set[tuple[str, str]] = set()

    @retried
    async def open(self, new: NewApplication, *, caller: str) -> ApplicationView:
        """Begin a draft; the view carries its token, this once.

        Raises:
            TooManyDraftsError: the caller has begun too many, or all callers have.
        """
        form = _form(new.form)
        await self._quotas.begin_draft(caller)
        token, now = new_token(), self._now()
        row = ApplicationRow(
            id=uuid.uuid4().hex,
            form=form.id,
            form_version=form.version,
            product=form.product,
            status=ApplicationStatus.DRAFT,
            channel=new.channel,
            token_hash=token_hash(token),
            created_at=now,
            updated_at=now,
        )
        async with self._database.writing() as session:
            repository = self._repository(session)
            await repository.keep_answers(row, {})
            repository.add(row)
            await session.flush()
            self._record(repository, row, "open", actor=new.channel)
        view = await self.view(row.id)
        return view.model_copy(update={"token": token})

    async def view(self, application_id: str) -> ApplicationView:
        """An application as it may be shown: personal values masked."""
        async with self._database.reading() as session:
            repository = self._repository(session)
            return await self._view(repository, await repository.get(application_id))

    async def token_hash_of(self, application_id: str) -> str:
        """The hash of the application's token.

        Raises:
            ApplicationNotFoundError: there is no such application.
        """
        async with self._database.reading() as session:
            return (await self._repository(session).get(application_id)).token_hash

    @retried
    async def change(self, application_id: str, change: DraftChange) -> ApplicationView:
        """Set answers of a draft, all of them or none.

        Raises:
            InvalidFieldsError: some are not accepted.
            ConsentRequiredError: personal data came before consent.
            WrongStateError: it is no draft any more.
        """
        issues = await self._branch_issues(application_id, change.answers)
        async with self._database.writing() as session:
            repository = self._repository(session)
            row = await repository.get(application_id, lock=True)
            after(ApplicationStatus(row.status), Event.CHANGE)
            form = _form(row.form)
            answers = await repository.answers(row)
            self._consent(row, form, change, answers)
            answers = self._changed(row, form, answers, change.answers, issues)
            await repository.keep_answers(row, answers)
            row.updated_at = self._now()
            self._record(repository, row, Event.CHANGE)
        return await self.view(application_id)

    @retried
    async def submit(self, application_id: str, *, key: str, body: bytes) -> ApplicationView:
        """Hand the application in, exactly once for a key.

        Raises:
            IdempotencyKeyReusedError: the key came with another body before.
            SubmissionInFlightError: the same submission is being worked on.
            IncompleteApplicationError: answers are missing.
            InvalidFieldsError: the branch cannot take it any more.
            DuplicateApplicationError: the applicant has an active application.
        """
        ticket = (application_id, key)
        if ticket in self._in_flight:
            raise SubmissionInFlightError("in this process")
        self._in_flight.add(ticket)
        try:
            issues = await self._branch_issues(application_id)
            body_hash = self._vault.fingerprint(_body_hash(body), purpose="body")
            async with self._database.writing() as session:
                repository = self._repository(session)
                return await self._submit(repository, application_id, key, body_hash, issues)
        finally:
            self._in_flight.discard(ticket)

    async def _submit(
        self,
        repository: ApplicationRepository,
        application_id: str,
        key: str,
        body_hash: str,
        issues: list[FieldIssue],
    ) -> ApplicationView:
        row = await repository.get(application_id, lock=True)
        if known := await repository.submission(key, application_id):
            if known.body_hash != body_hash:
                raise IdempotencyKeyReusedError("other body")
            return known.view
        form, answers = _form(row.form), await repository.answers(row)
        row.status = after(ApplicationStatus(row.status), Event.SUBMIT)
        if missing := missing_fields(form, answers):
            raise IncompleteApplicationError([_issue(field, "missing") for field in missing])
        if issues:
            raise InvalidFieldsError(issues)
        now = self._now()
        today = now.astimezone(CHINA).date()
        id_number = canonical_code(str(answers["id_number"]))
        row.applicant_key = self._vault.fingerprint(id_number, purpose="applicant")
        await repository.check_no_other(row)
        row.phone_key = phone_key(self._vault, str(answers["phone"])[-4:])
        workdays = self._rules.review_workdays(str(answers["region"]), today)
        if workdays is not None:
            due = datetime.combine(add_workdays(today, workdays), time(18), CHINA)
            row.due_at = due
        row.updated_at = now
        await repository.flush_submission()
        await repository.give_receipt(row, lambda: draw_receipt(today))
        self._record(repository, row, Event.SUBMIT)
        await repository.flush_submission()
        view = await self._view(repository, row)
        await repository.keep_submission(key, body_hash, view, now)
        return view

    async def withdraw(self, application_id: str) -> ApplicationView:
        """Take an application back."""
        return await self.move(application_id, Event.WITHDRAW)

    @retried
    async def move(
        self, application_id: str, event: Event, *, reasons: list[str] | None = None
    ) -> ApplicationView:
        """Let an event happen.

        Raises:
            WrongStateError: it cannot happen now.
        """
        async with self._database.writing() as session:
            repository = self._repository(session)
            row = await repository.get(application_id, lock=True)
            row.status = after(ApplicationStatus(row.status), event)
            if reasons:
                await repository.keep_reasons(row, reasons)
            row.updated_at = self._now()
            self._record(repository, row, event)
        return await self.view(application_id)

    def _repository(self, session: AsyncSession) -> ApplicationRepository:
        return ApplicationRepository(session, self._vault)

    def _consent(
        self,
        row: ApplicationRow,
        form: Form,
        change: DraftChange,
        answers: dict[str, FieldValue],
    ) -> None:
        if change.answers.get("consent") is not True and change.consent_version is None:
            return
        if change.consent_version != form.consent_version:
            raise InvalidFieldsError([_issue("consent", "consent_version")])
        row.consent_version = form.consent_version
        row.consented_at = self._now()
        answers["consent"] = True

    async def _branch_issues(
        self, application_id: str, answers: Mapping[str, FieldValue] | None = None
    ) -> list[FieldIssue]:
        """What speaks against the branch in answers, or in those kept.

        Looked up before the transaction: within it, a second connection might never come.
        """
        async with self._database.reading() as session:
            repository = self._repository(session)
            row = await repository.get(application_id)
            given = await repository.answers(row) if answers is None else answers
        return await self._preferred_branch.issues(_form(row.form), given)

    def _changed(
        self,
        row: ApplicationRow,
        form: Form,
        answers: Mapping[str, FieldValue],
        changes: Mapping[str, FieldValue],
        known_issues: list[FieldIssue],
    ) -> dict[str, FieldValue]:
        """The answers after a change, without those that are not asked any more."""
        fields = {field.id: field for field in form.fields}
        changed, issues = dict(answers), list(known_issues)
        for field_id, value in changes.items():
            field = fields.get(field_id)
            if field is None:
                issues.append(_issue(field_id, "unknown_field"))
                continue
            if field.personal and value is not None and row.consented_at is None:
                raise ConsentRequiredError("no consent yet")
            kept = None if value is None else accept(field, value)
            if isinstance(kept, Rejection):
                issues.append(_issue(field_id, kept.code))
                continue
            changed.pop(field_id, None)
            if kept is not None:
                changed[field_id] = kept
        if issues:
            raise InvalidFieldsError(issues)
        shown = {field.id for field in visible_fields(form, changed)}
        return {f: v for f, v in changed.items() if f in shown}

    async def _view(
        self, repository: ApplicationRepository, row: ApplicationRow
    ) -> ApplicationView:
        form, answers = _form(row.form), await repository.answers(row)
        is_draft = row.status == ApplicationStatus.DRAFT
        following = next_field(form, answers) if is_draft else None
        kinds = {field.id: field.kind for field in form.fields if field.personal}
        open_answers = {f: v for f, v in answers.items() if f not in kinds}
        today = self._now().astimezone(CHINA).date()
        return ApplicationView(
            id=row.id,
            form=row.form,
            form_version=row.form_version,
            status=ApplicationStatus(row.status),
            step=following.id if following else None,
            answers={f: mask(kinds[f], v) if f in kinds else v for f, v in answers.items()},
            missing=missing_fields(form, answers) if is_draft else [],
            findings=self._rules.findings(form, open_answers, today) if is_draft else [],
            reasons=await repository.reasons(row),
            deadlines=[Deadline(name="review", due_at=row.due_at)] if row.due_at else [],
            receipt=row.receipt,
            events=[_event_view(event) for event in await repository.events(row.id)],
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    def _record(
        self,
        repository: ApplicationRepository,
        row: ApplicationRow,
        kind: str,
        actor: str = "applicant",
    ) -> None:
        event = EventRow(
            application_id=row.id, at=self._now(), kind=kind, status=row.status, actor=actor
        )
        repository.add(event)


def phone_key(vault: Vault, last4: str) -> str:
    """What the last digits of a phone are found by."""
    return vault.fingerprint(last4.strip(), purpose="phone-last4")


def _form(form_id: str) -> Form:
    if form_id not in forms():
        raise FormNotFoundError("no such form")
    return forms()[form_id]


def _issue(field: str, code: str) -> FieldIssue:
    return FieldIssue(field=field, code=code, message=field_message(code))


def _event_view(event: EventRow) -> EventView:
    return EventView(at=event.at, kind=event.kind, status=ApplicationStatus(event.status))


def _body_hash(body: bytes) -> str:
    """The body's identity; JSON is compared by content, not by spelling."""
    with suppress(ValueError):
        body = json.dumps(json.loads(body), sort_keys=True).encode() if body.strip() else b""
    return hashlib.sha256(body).hexdigest()
