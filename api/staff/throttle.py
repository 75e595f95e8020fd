"""How often a login may be tried, right with any number of processes on one database.

A try is counted before the password is looked at, in one statement per count, so that tries at
the same moment cannot outrun it. A stranger is counted three times: for the name from there, for
the name from anywhere, and for the address. Who comes with a device on which this member of
staff has logged in before is counted for that device alone: a stranger who hammers a name
slows down strangers, not its owner.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Executable, case, delete, literal, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.base import Instant
from api.db.engine import Database
from api.staff.tables import LoginTryRow

# After the free tries each further one waits longer; the last pause goes on.
PAUSES = tuple(timedelta(seconds=s) for s in (30, 60, 120, 240, 480, 900))
# Not the present moment: a try that began a little earlier may be counted a little later.
AT_ONCE = datetime(1970, 1, 1, tzinfo=UTC)
FORGOTTEN_AFTER = timedelta(days=1)
FORGET_EVERY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """What tries are counted under; the first ``free`` of a day follow each other at once."""

    kind: str
    value: str
    free: int
    login: str | None = None  # a new password of this account clears the count
    is_cleared: bool = False  # a right password clears it, too

    @property
    def key(self) -> str:
        """How it is kept: names and addresses that strangers type in are not."""
        return _hashed(f"{self.kind}\n{self.value}")


def scopes_of_stranger(login: str, caller: str) -> Sequence[Scope]:
    """For tries without a known device; always in this order, so that no two wait in a circle."""
    return (
        Scope("pair", f"{login}\n{caller}", free=5, login=login, is_cleared=True),
        Scope("name", login, free=50, login=login),
        Scope("address", caller, free=30),
    )


def scopes_of_device(login: str, token_hash: str) -> Sequence[Scope]:
    """For tries from a device on which the member of staff has logged in before."""
    return (Scope("device", token_hash, free=5, login=login, is_cleared=True),)


async def clear_tries(session: AsyncSession, login: str) -> None:
    """Forget all tries on an account, wherever they came from."""
    await session.execute(delete(LoginTryRow).where(LoginTryRow.login_hash == _hashed(login)))


async def slowed_logins(
    session: AsyncSession, logins: Sequence[str], now: datetime
) -> Collection[str]:
    """Those among the logins on which somebody has to wait before the next try."""
    waiting = select(LoginTryRow.login_hash).where(LoginTryRow.next_at > now)
    hashes = set(await session.scalars(waiting))
    return {login for login in logins if _hashed(login) in hashes}


class LoginThrottle:
    """Counts tries in the database."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._forgot_at = datetime.min.replace(tzinfo=UTC)

    async def count(self, scopes: Sequence[Scope]) -> timedelta | None:
        """Count a try everywhere, or nowhere when one scope is to wait; then for how long."""
        await self._forget_old()
        try:
            async with self._database.writing() as session:
                for scope in scopes:
                    if await session.scalar(self._count(scope)) is None:
                        raise _HasToWaitError(await session.scalar(_next_at(scope)))
        except _HasToWaitError as error:
            return max(timedelta(seconds=1), error.until - self._now())
        return None

    async def take_back(self, scopes: Sequence[Scope]) -> None:
        """Uncount a try whose password was not looked at."""
        async with self._database.writing() as session:
            for scope in scopes:
                await session.execute(self._uncount(scope))

    async def forgive(self, session: AsyncSession, scopes: Sequence[Scope]) -> None:
        """After a right password: what its owner was counted for goes, others' tries stay."""
        for scope in scopes:
            if scope.is_cleared:
                await session.execute(delete(LoginTryRow).where(LoginTryRow.key == scope.key))
            else:
                await session.execute(self._uncount(scope))

    def _count(self, scope: Scope) -> Executable:
        """Insert or raise the count, unless the next try is still to come; returns the count."""
        row, now = LoginTryRow, self._now()
        is_forgotten = row.last_at < now - FORGOTTEN_AFTER
        tries = case((is_forgotten, 1), else_=row.tries + 1)
        waits = [
            (tries <= scope.free + steps, literal(now + pause, Instant))
            for steps, pause in enumerate(PAUSES)
        ]
        at_once = (tries < scope.free, literal(AT_ONCE, Instant))
        last = literal(now + PAUSES[-1], Instant)
        is_sqlite = self._database.engine.dialect.name == "sqlite"
        login_hash = None if scope.login is None else _hashed(scope.login)
        insert = sqlite.insert if is_sqlite else postgresql.insert
        return (
            insert(row)
            .values(key=scope.key, login_hash=login_hash, tries=1, next_at=AT_ONCE, last_at=now)
            .on_conflict_do_update(
                index_elements=[row.key],
                set_={"tries": tries, "next_at": case(at_once, *waits, else_=last), "last_at": now},
                where=row.next_at <= now,
            )
            .returning(row.tries)
        )

    def _uncount(self, scope: Scope) -> Executable:
        row = LoginTryRow
        counted = (row.key == scope.key) & (row.tries > 0)
        return update(row).where(counted).values(tries=row.tries - 1, next_at=AT_ONCE)

    async def _forget_old(self) -> None:
        now = self._now()
        if now - self._forgot_at < FORGET_EVERY:
            return
        self._forgot_at = now
        # Rows that are being counted are left for the next time, lest two wait in a circle.
        old = select(LoginTryRow.key).where(LoginTryRow.last_at < now - FORGOTTEN_AFTER)
        async with self._database.writing() as session:
            keys = old.with_for_update(skip_locked=True)
            await session.execute(delete(LoginTryRow).where(LoginTryRow.key.in_(keys)))


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _next_at(scope: Scope) -> Executable:
    return select(LoginTryRow.next_at).where(LoginTryRow.key == scope.key)


class _HasToWaitError(Exception):
    """Undoes what was counted before the scope that has to wait."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until
