"""Logs staff in and out; locks a login after repeated wrong passwords."""

from collections.abc import Callable
from datetime import datetime, timedelta

from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from sqlalchemy import delete

from api.auth.secrets import new_token, token_hash
from api.contract.staff import StaffRole, StaffSession, StaffView
from api.db.engine import Database
from api.errors import LoginLockedError, LoginRefusedError, NotAuthenticatedError, WeakPasswordError
from api.staff.tables import StaffRow, StaffSessionRow

SESSION = timedelta(hours=10)
LOCKED_FOR = timedelta(minutes=15)
FAILURES_ALLOWED = 5
SHORTEST_PASSWORD = 10


class StaffService:
    """Accounts and logins of staff."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._hasher = PasswordHasher()
        # Checked for logins nobody has, so that these take as long as real ones.
        self._nobody = self._hasher.hash(new_token())

    async def add(self, login: str, name: str, role: StaffRole, password: str) -> None:
        """Add a member of staff, or give one a new password, name and role.

        Raises:
            WeakPasswordError: the password is too short.
        """
        if len(password) < SHORTEST_PASSWORD:
            raise WeakPasswordError(f"shorter than {SHORTEST_PASSWORD} characters")
        hashed = await to_thread.run_sync(self._hasher.hash, password)
        async with self._database.writing() as session:
            await session.execute(delete(StaffSessionRow).where(StaffSessionRow.login == login))
            await session.merge(
                StaffRow(
                    login=login,
                    name=name,
                    role=role.value,
                    password_hash=hashed,
                    failures=0,
                    locked_until=None,
                    created_at=self._now(),
                )
            )

    async def log_in(self, login: str, password: str) -> StaffSession:
        """Open a session.

        Raises:
            LoginRefusedError: no such login, or another password; not said which.
            LoginLockedError: too many wrong passwords lately.
        """
        async with self._database.reading() as session:
            row = await session.get(StaffRow, login)
        if row is not None and row.locked_until is not None and row.locked_until > self._now():
            raise LoginLockedError("too many failures")
        known = row.password_hash if row is not None else self._nobody
        is_right = await to_thread.run_sync(self._verify, known, password)
        token, expires_at = new_token(), self._now() + SESSION
        # Raised outside the transaction: a failure counted must be kept.
        async with self._database.writing() as session:
            row = await session.get(StaffRow, login, with_for_update=True)
            if row is not None and is_right:
                row.failures, row.locked_until = 0, None
                session.add(
                    StaffSessionRow(
                        token_hash=token_hash(token), login=login, expires_at=expires_at
                    )
                )
            elif row is not None:
                self._count_failure(row)
        if row is None or not is_right:
            raise LoginRefusedError("login or password is wrong")
        return StaffSession(token=token, staff=_view(row), expires_at=expires_at)

    async def log_out(self, token: str) -> None:
        """End a session; an unknown token is no error."""
        async with self._database.writing() as session:
            ended = (StaffSessionRow.token_hash == token_hash(token)) | (
                StaffSessionRow.expires_at < self._now()
            )
            await session.execute(delete(StaffSessionRow).where(ended))

    async def who(self, token: str) -> StaffView:
        """Who holds a token.

        Raises:
            NotAuthenticatedError: nobody, or no longer.
        """
        async with self._database.reading() as session:
            row = await session.get(StaffSessionRow, token_hash(token))
            if row is None or row.expires_at <= self._now():
                raise NotAuthenticatedError("no such session")
            staff = await session.get(StaffRow, row.login)
        if staff is None:
            raise NotAuthenticatedError("no such member of staff")
        return _view(staff)

    def _count_failure(self, row: StaffRow) -> None:
        row.failures += 1
        if row.failures >= FAILURES_ALLOWED:
            row.failures, row.locked_until = 0, self._now() + LOCKED_FOR

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def _view(row: StaffRow) -> StaffView:
    return StaffView(login=row.login, name=row.name, role=StaffRole(row.role))
