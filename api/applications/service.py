"""What can be done with an application."""

import hashlib
import json
import secrets
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import Any

from api.applications.ports import EligibilityRules
from api.applications.preferred_branch import PreferredBranch
from api.applications.receipt import receipt_number
from api.applications.repository import ApplicationRepository
from api.applications.tables import ApplicationRow, EventRow, HandoverRow, IdempotencyRow
from api.applications.workdays import add_workdays
from api.applications.workflow import Event, after
from api.auth.masking import mask
from api.auth.secrets import Vault, new_token, token_hash
from api.contract.applications import (
    ApplicationStatus,
    ApplicationView,
    Deadline,
    DraftChange,
    EventView,
    FieldIssue,
    HandoverCode,
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
from api.db.engine import Database
from api.db.retrying import retried
from api.errors import (
    ApplicationNotFoundError,
    ConsentRequiredError,
    FormNotFoundError,
    HandoverInvalidError,
    IdempotencyKeyReusedError,
    IncompleteApplicationError,
    InvalidFieldsError,
    SubmissionInFlightError,
)
from api.texts import field_message
from knowledge.kit.clock import CHINA

HANDOVER_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
HANDOVER_LIFE = timedelta(minutes=10)


class ApplicationService:
    """Drafts, submissions, withdrawals; every change is one transaction with its event."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        rules: EligibilityRules,
        preferred_branch: PreferredBranch,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._vault, self._rules, self._now = database, vault, rules, now
        self._preferred_branch = preferred_branch
        self._in_flight: set[tuple[str, str]] = set()

    @retried
    async def open(self, new: NewApplication) -> ApplicationView:
        """Begin a draft; the view carries its token, this once."""
        form = _form(new.form)
        token, now = new_token(), self._now()
        row = ApplicationRow(
            id=uuid.uuid4().hex,
            form=form.id,
            form_version=form.version,
            product=form.product,
            status=ApplicationStatus.DRAFT,
            channel=new.channel,
            token_hash=token_hash(token),
            answers={},
            personal=self._vault.seal({}, purpose="personal"),
            reasons=[],
            created_at=now,
            updated_at=now,
        )
        async with self._database.writing() as session:
            repository = ApplicationRepository(session)
            repository.add(row)
            await session.flush()
            self._record(repository, row, "open", actor=new.channel)
        view = await self.view(row.id)
        return view.model_copy(update={"token": token})

    async def view(self, application_id: str) -> ApplicationView:
        """An application as it may be shown: personal values masked."""
        async with self._database.reading() as session:
            repository = ApplicationRepository(session)
            row = await repository.get(application_id)
            events = await repository.events(application_id)
        return self._view(row, [_event_view(event) for event in events])

    async def token_hash_of(self, application_id: str) -> str:
        """The hash of the application's token.

        Raises:
            ApplicationNotFoundError: there is no such application.
        """
        async with self._database.reading() as session:
            return (await ApplicationRepository(session).get(application_id)).token_hash

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
            repository = ApplicationRepository(session)
            row = await repository.get(application_id, lock=True)
            after(ApplicationStatus(row.status), Event.CHANGE)
            form = _form(row.form)
            self._consent(row, form, change)
            self._set_answers(row, form, change.answers, issues)
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
            async with self._database.writing() as session:
                repository = ApplicationRepository(session)
                return await self._submit(repository, application_id, key, _body_hash(body), issues)
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
        if known := await repository.idempotency(key, application_id):
            if known.body_hash != body_hash:
                raise IdempotencyKeyReusedError("other body")
            return ApplicationView.model_validate(known.response)
        form, answers = _form(row.form), self._all_answers(row)
        row.status = after(ApplicationStatus(row.status), Event.SUBMIT)
        if missing := missing_fields(form, answers):
            raise IncompleteApplicationError([_issue(field, "missing") for field in missing])
        if issues:
            raise InvalidFieldsError(issues)
        now = self._now()
        today = now.astimezone(CHINA).date()
        serial = await repository.next_serial(f"{today:%Y%m%d}")
        row.receipt = receipt_number(today, serial)
        row.applicant_key = self._vault.fingerprint(str(answers["id_number"]), purpose="applicant")
        row.phone_key = self._phone_key(str(answers["phone"])[-4:])
        workdays = self._rules.review_workdays(str(answers["region"]), today)
        if workdays is not None:
            due = datetime.combine(add_workdays(today, workdays), time(18), CHINA)
            row.due_at = due
        row.updated_at = now
        await repository.flush_submission()
        self._record(repository, row, Event.SUBMIT)
        await repository.flush_submission()
        events = [_event_view(event) for event in await repository.events(application_id)]
        view = self._view(row, events)
        repository.add(
            IdempotencyRow(
                key=key,
                application_id=application_id,
                body_hash=body_hash,
                response=view.model_dump(mode="json"),
                created_at=now,
            )
        )
        await repository.flush_submission()
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
            repository = ApplicationRepository(session)
            row = await repository.get(application_id, lock=True)
            row.status = after(ApplicationStatus(row.status), event)
            row.reasons = reasons or row.reasons
            row.updated_at = self._now()
            self._record(repository, row, event)
        return await self.view(application_id)

    async def by_receipt(self, receipt: str, phone_last4: str) -> ApplicationView:
        """An application by its receipt number, if the phone's last digits match.

        Raises:
            ApplicationNotFoundError: they do not go together.
        """
        async with self._database.reading() as session:
            row = await ApplicationRepository(session).by_receipt(receipt.strip().upper())
        if row is None or row.phone_key != self._phone_key(phone_last4):
            raise ApplicationNotFoundError("receipt and phone do not match")
        return await self.view(row.id)

    @retried
    async def offer_handover(self, application_id: str) -> HandoverCode:
        """A code to go on elsewhere, good once and for ten minutes."""
        code = "".join(secrets.choice(HANDOVER_ALPHABET) for _ in range(8))
        expires_at = self._now() + HANDOVER_LIFE
        async with self._database.writing() as session:
            repository = ApplicationRepository(session)
            row = await repository.get(application_id)
            await repository.put_handover(
                HandoverRow(
                    code_hash=token_hash(code), application_id=row.id, expires_at=expires_at
                )
            )
        return HandoverCode(code=f"{code[:4]}-{code[4:]}", expires_at=expires_at)

    @retried
    async def accept_handover(self, code: str) -> ApplicationView:
        """The application a code stands for; the code is used up.

        Raises:
            HandoverInvalidError: it is unknown, used or too old.
        """
        plain = code.replace("-", "").strip().upper()
        async with self._database.writing() as session:
            repository = ApplicationRepository(session)
            application_id = await repository.take_handover(token_hash(plain), self._now())
        if application_id is None:
            raise HandoverInvalidError("no such code")
        return await self.view(application_id)

    def _consent(self, row: ApplicationRow, form: Form, change: DraftChange) -> None:
        if change.answers.get("consent") is not True and change.consent_version is None:
            return
        if change.consent_version != form.consent_version:
            raise InvalidFieldsError([_issue("consent", "consent_version")])
        row.consent_version = form.consent_version
        row.consented_at = self._now()
        row.answers = {**row.answers, "consent": True}

    async def _branch_issues(
        self, application_id: str, answers: Mapping[str, FieldValue] | None = None
    ) -> list[FieldIssue]:
        """What speaks against the branch in answers, or in those kept.

        Looked up before the transaction: within it, a second connection might never come.
        """
        async with self._database.reading() as session:
            row = await ApplicationRepository(session).get(application_id)
        given = row.answers if answers is None else answers
        return await self._preferred_branch.issues(_form(row.form), given)

    def _set_answers(
        self,
        row: ApplicationRow,
        form: Form,
        changes: Mapping[str, FieldValue],
        known_issues: list[FieldIssue],
    ) -> None:
        fields = {field.id: field for field in form.fields}
        plain = {f: v for f, v in self._all_answers(row).items() if not fields[f].personal}
        personal = {f: v for f, v in self._all_answers(row).items() if fields[f].personal}
        issues = list(known_issues)
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
            target = personal if field.personal else plain
            target.pop(field_id, None)
            if kept is not None:
                target[field_id] = kept
        if issues:
            raise InvalidFieldsError(issues)
        shown = {field.id for field in visible_fields(form, plain | personal)}
        row.answers = {f: v for f, v in plain.items() if f in shown}
        row.personal = self._vault.seal(personal, purpose="personal")

    def _all_answers(self, row: ApplicationRow) -> dict[str, FieldValue]:
        personal: Any = self._vault.open(row.personal, purpose="personal")
        return {**row.answers, **personal}

    def _view(self, row: ApplicationRow, events: list[EventView]) -> ApplicationView:
        form, answers = _form(row.form), self._all_answers(row)
        is_draft = row.status == ApplicationStatus.DRAFT
        following = next_field(form, answers) if is_draft else None
        kinds = {field.id: field.kind for field in form.fields if field.personal}
        today = self._now().astimezone(CHINA).date()
        return ApplicationView(
            id=row.id,
            form=row.form,
            form_version=row.form_version,
            status=ApplicationStatus(row.status),
            step=following.id if following else None,
            answers={f: mask(kinds[f], v) if f in kinds else v for f, v in answers.items()},
            missing=missing_fields(form, answers) if is_draft else [],
            findings=self._rules.findings(form, row.answers, today) if is_draft else [],
            reasons=row.reasons,
            deadlines=[Deadline(name="review", due_at=row.due_at)] if row.due_at else [],
            receipt=row.receipt,
            events=events,
            created_at=row.created_at,
            updated_at=row.updated_at,
        )

    def _phone_key(self, last4: str) -> str:
        return self._vault.fingerprint(last4.strip(), purpose="phone-last4")

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
