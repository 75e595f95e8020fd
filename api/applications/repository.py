"""The only place with SQL about applications."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.applications.tables import (
    ACTIVE_STATES,
    ApplicationRow,
    AttachmentRow,
    EventRow,
    HandoverRow,
    IdempotencyRow,
    ReceiptCounterRow,
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
            raise SubmissionInFlightError("the application is locked") from error
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

    async def next_serial(self, day: str) -> int:
        """The next receipt serial of a day, without gaps between committed ones."""
        row = await self._session.get(ReceiptCounterRow, day, with_for_update=True)
        if row is None:
            row = ReceiptCounterRow(day=day, last=0)
            self._session.add(row)
        row.last += 1
        await self._session.flush()
        return row.last

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
