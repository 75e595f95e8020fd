"""The only place with SQL about applications."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from api.applications.tables import (
    ApplicationRow,
    AttachmentRow,
    EventRow,
    HandoverRow,
    IdempotencyRow,
)
from api.errors import ApplicationNotFoundError, DuplicateApplicationError, SubmissionInFlightError

MOST_DRAWS = 8


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
            raise SubmissionInFlightError("the application is locked") from error
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

    async def idempotency(self, key: str, application_id: str) -> IdempotencyRow | None:
        """What is known of a submission's key."""
        return await self._session.get(IdempotencyRow, (key, application_id))

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

    async def attachments(self, application_id: str) -> tuple[int, int]:
        """How many files an application has, and their bytes."""
        query = select(func.count(), func.coalesce(func.sum(AttachmentRow.size), 0))
        of_it = query.where(AttachmentRow.application_id == application_id)
        count, size = (await self._session.execute(of_it)).one()
        return count, size

    async def attachment_bytes(self) -> int:
        """The bytes of all files of all applications."""
        return await self._session.scalar(select(func.sum(AttachmentRow.size))) or 0

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
