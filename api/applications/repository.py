"""The only place with SQL about applications."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Select, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.applications.tables import (
    ACTIVE_STATES,
    ApplicationRow,
    AttachmentRow,
    EventRow,
    HandoverRow,
    IdempotencyRow,
)
from api.contract.applications import ApplicationView
from api.contract.forms.models import FieldValue
from api.errors import ApplicationNotFoundError, DuplicateApplicationError, SubmissionInFlightError
from api.keys.sealing import Place
from api.keys.vault import Vault


@dataclass(frozen=True, slots=True)
class Submission:
    """A submission that was answered: the fingerprint of its body, and the answer."""

    body_hash: str
    view: ApplicationView


# Long enough for a batch of rows that get another key, too short for a person to notice.
LOCK_WAIT_MS = 2_000

MOST_DRAWS = 8

LOCK_NOT_AVAILABLE = "55P03"


class ApplicationRepository:
    """Reads and writes applications within one session; what people say is sealed here."""

    def __init__(self, session: AsyncSession, vault: Vault) -> None:
        self._session, self._vault = session, vault

    def add(self, row: ApplicationRow | EventRow | AttachmentRow) -> None:
        """Put a new row into the session."""
        self._session.add(row)

    async def get(self, application_id: str, *, lock: bool = False) -> ApplicationRow:
        """One application, locked against other writers if asked.

        Raises:
            ApplicationNotFoundError: there is none.
            SubmissionInFlightError: another transaction holds it for long.
        """
        query = select(ApplicationRow).where(ApplicationRow.id == application_id)
        try:
            row = await (self._locked(query) if lock else self._session.scalar(query))
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise SubmissionInFlightError("the application is locked") from None
        if row is None:
            raise ApplicationNotFoundError("no such application")
        return row

    async def _locked(self, query: Select[ApplicationRow]) -> ApplicationRow | None:
        if self._session.get_bind().dialect.name != "postgresql":
            return await self._session.scalar(query)  # whoever writes to SQLite is alone
        await self._session.execute(text(f"SET LOCAL lock_timeout = {LOCK_WAIT_MS}"))
        row = await self._session.scalar(query.with_for_update())
        await self._session.execute(text("SET LOCAL lock_timeout = 0"))
        return row

    async def marked_duplicates(self) -> Sequence[str]:
        """Receipts of active applications that an earlier version let pass beside another."""
        query = select(ApplicationRow.receipt).where(
            ApplicationRow.duplicate_of.is_not(None), ApplicationRow.status.in_(ACTIVE_STATES)
        )
        return [str(receipt) for receipt in await self._session.scalars(query)]

    async def answers(self, row: ApplicationRow) -> dict[str, FieldValue]:
        """What the applicant said so far.

        Raises:
            SealBrokenError: it does not open.
        """
        opened: Any = await self._vault.open(self._session, row.answers, _place(row.id, "answers"))
        return dict(opened)

    async def keep_answers(self, row: ApplicationRow, answers: Mapping[str, FieldValue]) -> None:
        """Replace the answers; the row need not be in the session yet."""
        place = _place(row.id, "answers")
        row.answers = await self._vault.seal(self._session, dict(answers), place)

    async def reasons(self, row: ApplicationRow) -> list[str]:
        """Why it was decided as it was, empty when nothing was said.

        Raises:
            SealBrokenError: they do not open.
        """
        if row.reasons is None:
            return []
        opened: Any = await self._vault.open(self._session, row.reasons, _place(row.id, "reasons"))
        return list(opened)

    async def keep_reasons(self, row: ApplicationRow, reasons: Sequence[str]) -> None:
        """Replace the reasons."""
        place = _place(row.id, "reasons")
        row.reasons = await self._vault.seal(self._session, list(reasons), place)

    async def by_receipt(self, receipt: str) -> ApplicationRow | None:
        """The application with that receipt number."""
        query = select(ApplicationRow).where(ApplicationRow.receipt == receipt)
        return await self._session.scalar(query)

    async def events(self, application_id: str) -> Sequence[EventRow]:
        """All events of an application, oldest first."""
        query = (
            select(EventRow).where(EventRow.application_id == application_id).order_by(EventRow.id)
        )
        return (await self._session.scalars(query)).all()

    async def attachment(self, attachment_id: str) -> AttachmentRow | None:
        """What is known of a file handed in."""
        return await self._session.get(AttachmentRow, attachment_id)

    async def attachments(self, application_id: str) -> Sequence[AttachmentRow]:
        """The files handed in with an application, oldest first."""
        query = (
            select(AttachmentRow)
            .where(AttachmentRow.application_id == application_id)
            .order_by(AttachmentRow.created_at)
        )
        return (await self._session.scalars(query)).all()

    async def attachment_ids(self) -> set[str]:
        """The ids of all files there should be."""
        return set(await self._session.scalars(select(AttachmentRow.id)))

    async def untouched(self, status: str, before: datetime, most: int) -> Sequence[ApplicationRow]:
        """Applications of a state that nothing happened to since, not emptied yet."""
        query = (
            select(ApplicationRow)
            .where(
                ApplicationRow.status == status,
                ApplicationRow.updated_at < before,
                ApplicationRow.emptied_at.is_(None),
            )
            .order_by(ApplicationRow.updated_at)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
        return (await self._session.scalars(query)).all()

    async def drop_what_hangs_on(self, application_id: str) -> dict[str, int]:
        """Delete files' rows, submissions and codes of an application; how many of each."""
        hanging = {
            "attachments": (AttachmentRow, AttachmentRow.application_id),
            "submissions": (IdempotencyRow, IdempotencyRow.application_id),
            "handovers": (HandoverRow, HandoverRow.application_id),
        }
        return {
            kind: await self._delete(delete(table).where(column == application_id))
            for kind, (table, column) in hanging.items()
        }

    async def drop_submissions(self, before: datetime) -> int:
        """Delete the answers kept to submissions of before; how many."""
        return await self._delete(delete(IdempotencyRow).where(IdempotencyRow.created_at < before))

    async def drop_handovers(self, now: datetime) -> int:
        """Delete the codes that have run out; how many."""
        return await self._delete(delete(HandoverRow).where(HandoverRow.expires_at <= now))

    async def check_no_other(self, row: ApplicationRow) -> None:
        """See that the applicant has no other active application, marked as a duplicate or not.

        Raises:
            DuplicateApplicationError: there is one.
        """
        others = select(ApplicationRow.id).where(
            ApplicationRow.applicant_key == row.applicant_key,
            ApplicationRow.product == row.product,
            ApplicationRow.status.in_(ACTIVE_STATES),
            ApplicationRow.id != row.id,
        )
        with self._session.no_autoflush:
            if await self._session.scalar(others.limit(1)) is not None:
                raise DuplicateApplicationError("active application exists")

    async def submission(self, key: str, application_id: str) -> Submission | None:
        """What was answered to a submission with that key.

        Raises:
            SealBrokenError: it does not open.
        """
        name = self._vault.fingerprint(key, purpose="idempotency-key")
        row = await self._session.get(IdempotencyRow, (name, application_id))
        if row is None or row.response is None:
            return None
        place = Place("idempotency_keys", "response", (name, application_id))
        opened = await self._vault.open(self._session, row.response, place)
        return Submission(row.body_hash, ApplicationView.model_validate(opened))

    async def keep_submission(
        self, key: str, body_hash: str, view: ApplicationView, at: datetime
    ) -> None:
        """Keep the answer to a submission, to give it again.

        Raises:
            SubmissionInFlightError: another process has done so.
        """
        name = self._vault.fingerprint(key, purpose="idempotency-key")
        place = Place("idempotency_keys", "response", (name, view.id))
        response = await self._vault.seal(self._session, view.model_dump(mode="json"), place)
        self._session.add(
            IdempotencyRow(
                key=name,
                application_id=view.id,
                body_hash=body_hash,
                response=response,
                created_at=at,
            )
        )
        await self.flush_submission()

    async def give_receipt(self, row: ApplicationRow, draw: Callable[[], str]) -> None:
        """Give an application a receipt number that no other has; drawn again until it is free.

        Raises:
            SubmissionInFlightError: none was free, which luck alone does not explain.
        """
        for _ in range(MOST_DRAWS):
            number = draw()
            change = update(ApplicationRow).where(ApplicationRow.id == row.id)
            with suppress(IntegrityError):
                async with self._session.begin_nested():
                    await self._session.execute(change.values(receipt=number))
                return await self._session.refresh(row, ["receipt"])
        raise SubmissionInFlightError("no receipt number was free")

    async def attached(self, application_id: str) -> tuple[int, int]:
        """How many files an application has, and their bytes."""
        query = select(func.count(), func.coalesce(func.sum(AttachmentRow.size), 0))
        of_it = query.where(AttachmentRow.application_id == application_id)
        count, size = (await self._session.execute(of_it)).one()
        return count, size

    async def attachment_bytes(self) -> int:
        """The bytes of all files of all applications."""
        return await self._session.scalar(select(func.sum(AttachmentRow.size))) or 0

    async def _delete(self, statement: Delete) -> int:
        result: Any = await self._session.execute(statement)
        return int(result.rowcount)

    async def flush_submission(self) -> None:
        """Write what is pending.

        Raises:
            DuplicateApplicationError: the applicant has an active application already.
        """
        try:
            await self._session.flush()
        except IntegrityError as error:
            if "applicant" in str(error.orig):
                raise DuplicateApplicationError("active application exists") from None
            raise SubmissionInFlightError("another submission came first") from None

    async def put_handover(self, row: HandoverRow) -> None:
        """Keep a code; an earlier one for the same application ends."""
        await self._session.execute(
            delete(HandoverRow).where(HandoverRow.application_id == row.application_id)
        )
        self._session.add(row)

    async def take_handover(self, code_hash: str, now: datetime) -> str | None:
        """The application of a code that still holds; the code is used up."""
        row = await self._session.get(HandoverRow, code_hash, with_for_update=True)
        if row is None:
            return None
        await self._session.delete(row)
        return row.application_id if row.expires_at > now else None


def _place(application_id: str, field: str) -> Place:
    return Place("applications", field, (application_id,))
