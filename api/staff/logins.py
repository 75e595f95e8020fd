"""Lets staff in and out, and knows who a session belongs to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.secrets import new_token, token_hash
from api.contract.staff import Login, StaffSession, StaffView
from api.db.engine import Database
from api.errors import (
    LoginLockedError,
    LoginRefusedError,
    LoginsBusyError,
    NotAuthenticatedError,
)
from api.settings import ApiSettings
from api.staff.hashing import PasswordHashes
from api.staff.service import view_staff
from api.staff.tables import StaffDeviceRow, StaffRow, StaffSessionRow
from api.staff.throttle import LoginThrottle, Scope, scopes_of_device, scopes_of_stranger
from knowledge.kit.texts import without_controls

DEVICE_LIFE = timedelta(days=180)
# How exactly the last use of a session is known: not every request writes.
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SessionRules:
    """How long a session holds: in all, and without being used."""

    life: timedelta = timedelta(hours=10)
    idle: timedelta = timedelta(minutes=30)


def session_rules(settings: ApiSettings) -> SessionRules:
    """The rules of this installation."""
    return SessionRules(
        timedelta(hours=settings.staff_session_hours),
        timedelta(minutes=settings.staff_idle_minutes),
    )


class StaffLogins:
    """Logs staff in and out.

    To somebody on a device that nobody knows, an unknown login, a wrong password and a try
    that came too soon look the same and take as long. ``count`` is told how each try ended.
    """

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        hashes: PasswordHashes,
        rules: SessionRules = SessionRules(),
        count: Callable[[str], None] = lambda outcome: None,
    ) -> None:
        self._database, self._now, self._hashes = database, now, hashes
        self._rules, self._tell = rules, count
        self._throttle = LoginThrottle(database, now)

    async def log_in(self, login: Login, caller: str) -> StaffSession:
        """Open a session; always a new one, whatever the caller held before.

        Raises:
            LoginRefusedError: no such login, another password, or too many tries lately.
            LoginLockedError: too many wrong passwords on this known device.
            LoginsBusyError: too many passwords wait to be checked.
        """
        name = without_controls(login.login)
        row, device = await self._look_up(name, login.device)
        scopes = scopes_of_device(name, device) if device else scopes_of_stranger(name, caller)
        wait = await self._throttle.count(scopes)
        if wait is not None:
            self._tell("slowed")
            if device:
                raise LoginLockedError("too many failures", wait.total_seconds())
            await self._hashes.pretend()
            raise LoginRefusedError("login or password is wrong")
        try:
            hashed = row.password_hash if row else None
            is_right = await self._hashes.is_right(hashed, login.password)
        except LoginsBusyError:
            await self._throttle.take_back(scopes)
            self._tell("busy")
            raise
        if row is None or not is_right:
            self._tell("refused")
            raise LoginRefusedError("login or password is wrong")
        return await self._open(row, login.device if device else None, scopes)

    async def log_out(self, token: str) -> None:
        """End a session, in every process; an unknown token is no error."""
        async with self._database.writing() as session:
            ended = StaffSessionRow.token_hash == token_hash(token)
            await session.execute(delete(StaffSessionRow).where(ended))

    async def who(self, token: str, *, is_active: bool = True) -> StaffView:
        """Who holds a token; ``is_active``: it is the person who asks, not an open page.

        Raises:
            NotAuthenticatedError: nobody, or no longer.
        """
        hashed, now = token_hash(token), self._now()
        async with self._database.reading() as session:
            row = await session.get(StaffSessionRow, hashed)
            if row is None or row.expires_at <= now or row.used_at + self._rules.idle <= now:
                raise NotAuthenticatedError("no such session")
            staff = await session.get(StaffRow, row.login)
        if staff is None or staff.removed_at is not None:
            raise NotAuthenticatedError("no such member of staff")
        if is_active and now - row.used_at >= min(USE_NOTED_EVERY, self._rules.idle / 4):
            async with self._database.writing() as session:
                used = StaffSessionRow.token_hash == hashed
                await session.execute(update(StaffSessionRow).where(used).values(used_at=now))
        return view_staff(staff)

    async def _look_up(self, login: str, device: str | None) -> tuple[StaffRow | None, str | None]:
        """The account of a login, and the hash of the device if it is known for that login."""
        async with self._database.reading() as session:
            row = await session.get(StaffRow, login)
            known = await session.get(StaffDeviceRow, token_hash(device)) if device else None
        if row is not None and row.removed_at is not None:
            row = None
        oldest = self._now() - DEVICE_LIFE
        is_known = known is not None and known.login == login and known.used_at > oldest
        return row, known.token_hash if known is not None and is_known else None

    async def _open(
        self, staff: StaffRow, device: str | None, scopes: Sequence[Scope]
    ) -> StaffSession:
        now = self._now()
        token, device = new_token(), device or new_token()
        expires_at = now + self._rules.life
        async with self._database.writing() as session:
            await self._throttle.forgive(session, scopes)
            await self._forget_ended(session, now)
            row = await session.get(StaffRow, staff.login, with_for_update=True)
            # A reset or a removal may have come while the password was looked at.
            if row is None or row.password_hash != staff.password_hash:
                raise LoginRefusedError("the password was changed meanwhile")
            row.last_login_at = now
            session.add(
                StaffSessionRow(
                    token_hash=token_hash(token),
                    login=row.login,
                    expires_at=expires_at,
                    used_at=now,
                )
            )
            await session.merge(
                StaffDeviceRow(token_hash=token_hash(device), login=row.login, used_at=now)
            )
        self._tell("in")
        return StaffSession(
            token=token, staff=view_staff(row), expires_at=expires_at, device=device
        )

    async def _forget_ended(self, session: AsyncSession, now: datetime) -> None:
        rows = StaffSessionRow
        ended = (rows.expires_at < now) | (rows.used_at < now - self._rules.idle)
        await session.execute(delete(rows).where(ended))
        old = StaffDeviceRow.used_at < now - DEVICE_LIFE
        await session.execute(delete(StaffDeviceRow).where(old))
