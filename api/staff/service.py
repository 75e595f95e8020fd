"""Accounts of staff: who may log in, with which password, in which role."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.contract.staff import StaffRole, StaffView
from api.db.engine import Database
from api.errors import StaffNotFoundError
from api.staff.hashing import PasswordHashes
from api.staff.passwords import check_password
from api.staff.tables import StaffDeviceRow, StaffRow, StaffSessionRow
from api.staff.throttle import clear_tries, slowed_logins


@dataclass(frozen=True, slots=True)
class StaffAccount:
    """An account as an administrator sees it."""

    staff: StaffView
    last_login_at: datetime | None
    is_removed: bool
    is_slowed: bool  # its name was tried so often that somebody has to wait


class StaffService:
    """Accounts of staff. Every change of a password ends what is open under the old one."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        hashes: PasswordHashes | None = None,
    ) -> None:
        self._database, self._now = database, now
        self._hashes = hashes or PasswordHashes()

    async def add(self, login: str, name: str, role: StaffRole, password: str) -> None:
        """Add a member of staff, or give one a new password, name and role.

        Raises:
            WeakPasswordError: the password is easy to guess.
        """
        check_password(password, login)
        hashed = await self._hashes.make(password)
        async with self._database.writing() as session:
            row = await session.get(StaffRow, login)
            if row is None:
                row = StaffRow(login=login, created_at=self._now(), last_login_at=None)
                session.add(row)
            row.name, row.role, row.password_hash = name, role.value, hashed
            row.removed_at = None
            await _end_all(session, login)

    async def reset(self, login: str, password: str) -> None:
        """Give a member of staff a new password; logins end, devices are unknown again.

        Raises:
            StaffNotFoundError: nobody has that login, or no longer.
            WeakPasswordError: the password is easy to guess.
        """
        check_password(password, login)
        hashed = await self._hashes.make(password)
        async with self._database.writing() as session:
            row = await _present(session, login)
            row.password_hash = hashed
            await _end_all(session, login)

    async def remove(self, login: str) -> None:
        """Close an account for good; what its owner did keeps the name.

        Raises:
            StaffNotFoundError: nobody has that login, or no longer.
        """
        async with self._database.writing() as session:
            row = await _present(session, login)
            row.password_hash, row.removed_at = "", self._now()
            await _end_all(session, login)

    async def accounts(self) -> list[StaffAccount]:
        """All accounts, removed ones last."""
        async with self._database.reading() as session:
            rows = (await session.scalars(select(StaffRow).order_by(StaffRow.login))).all()
            slowed = await slowed_logins(session, [row.login for row in rows], self._now())
        accounts = [
            StaffAccount(
                staff=view_staff(row),
                last_login_at=row.last_login_at,
                is_removed=row.removed_at is not None,
                is_slowed=row.login in slowed,
            )
            for row in rows
        ]
        return sorted(accounts, key=lambda account: account.is_removed)


def view_staff(row: StaffRow) -> StaffView:
    """A member of staff as the API shows one."""
    return StaffView(login=row.login, name=row.name, role=StaffRole(row.role))


async def _present(session: AsyncSession, login: str) -> StaffRow:
    row = await session.get(StaffRow, login)
    if row is None or row.removed_at is not None:
        raise StaffNotFoundError("no such member of staff")
    return row


async def _end_all(session: AsyncSession, login: str) -> None:
    """End what was opened with the password there was, and what was counted against it."""
    await session.execute(delete(StaffSessionRow).where(StaffSessionRow.login == login))
    await session.execute(delete(StaffDeviceRow).where(StaffDeviceRow.login == login))
    await clear_tries(session, login)
