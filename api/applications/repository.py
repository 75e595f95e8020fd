"""The only place with SQL about applications."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.applications.tables import (
    ApplicationRow,
    AttachmentRow,
    EventRow,
    HandoverRow,
    IdempotencyRow,
    ReceiptCounterRow,
)
from api.errors import ApplicationNotFoundError, DuplicateApplicationError, SubmissionInFlightError

LOCK_NOT_AVAILABLE = "55P03"


class ApplicationRepository:
    """Reads and writes applications within one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    def add(self, row: ApplicationRow | EventRow | AttachmentRow | IdempotencyRow) -> None:
        """Put a new row into the session."""
        self._session.add(row)

    async def get(self, application_id: str, *, lock: bool = False) -> ApplicationRow:
        """One application, locked against other writers if asked.

        Raises:
            ApplicationNotFoundError: there is none.
            SubmissionInFlightError: another transaction holds it.
        """
        query = select(ApplicationRow).where(ApplicationRow.id == application_id)
        if lock:
            query = query.with_for_update(nowait=True)
        try:
            row = await self._session.scalar(query)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != LOCK_NOT_AVAILABLE:
                raise
            raise SubmissionInFlightError("the application is locked") from None
        if row is None:
            raise ApplicationNotFoundError("no such application")
        return row

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

    async def idempotency(self, key: str, application_id: str) -> IdempotencyRow | None:
        """What is known of a submission's key."""
        return await self._session.get(IdempotencyRow, (key, application_id))

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
