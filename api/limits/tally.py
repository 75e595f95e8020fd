"""Counts in the database: they hold for all processes together, and over restarts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.engine import Database
from api.errors import RateLimitedError
from api.keys.vault import Vault
from api.limit_settings import Rate
from api.limits.tables import TallyRow

CLEAN_EVERY = 256
# An instant of today as a float is exact to some microseconds.
SLACK_S = 0.001


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody wants of a limit: ``name`` says of which, and whose."""

    name: str
    rate: Rate
    refusal: type[RateLimitedError]
    cost: int = 1

    @property
    def used_s(self) -> float:
        """Seconds of the limit that it takes up."""
        return self.cost * self.rate.step_s


class Tally:
    """The only place with SQL about limits; the algorithm is that of ``RateCounter``."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime]) -> None:
        self._database, self._vault, self._now = database, vault, now
        self._taken = 0

    async def take(self, shares: Sequence[Share]) -> None:
        """Count all of them, or none.

        Always in the same order of limits: two that wait for each other would never end.

        Raises:
            RateLimitedError: one of them is used up.
        """
        if not shares:
            return
        now = self._now().timestamp()
        async with self._database.writing() as session:
            for share in shares:
                await self._take(session, share, now)
        self._taken += 1
        if self._taken % CLEAN_EVERY == 0:
            await self._clean(now)

    async def give_back(self, shares: Sequence[Share]) -> None:
        """What was taken and is not to count after all."""
        async with self._database.writing() as session:
            for share in shares:
                await session.execute(
                    update(TallyRow)
                    .where(TallyRow.key == self._key(share))
                    .values(free_at=TallyRow.free_at - share.used_s)
                )

    async def _take(self, session: AsyncSession, share: Share, now: float) -> None:
        key, latest = self._key(share), now + share.rate.seconds + SLACK_S
        free_at = case((TallyRow.free_at > now, TallyRow.free_at), else_=now) + share.used_s
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        insert = sqlite.insert(TallyRow) if is_sqlite else postgresql.insert(TallyRow)
        # One statement reads, decides and writes: no other process comes between.
        taken = await session.scalar(
            insert.values(key=key, free_at=now + share.used_s)
            .on_conflict_do_update(
                index_elements=[TallyRow.key], set_={"free_at": free_at}, where=free_at <= latest
            )
            .returning(TallyRow.free_at)
        )
        if taken is None or taken > latest:
            kept = await session.scalar(select(TallyRow.free_at).where(TallyRow.key == key))
            raise share.refusal(share.name.partition(":")[0], (kept or now) + share.used_s - latest)

    async def _clean(self, now: float) -> None:
        """Forget what is free again; rows that others hold are left for the next time."""
        async with self._database.writing() as session:
            free = select(TallyRow.key).where(TallyRow.free_at < now)
            free = free.with_for_update(skip_locked=True)
            await session.execute(delete(TallyRow).where(TallyRow.key.in_(free)))

    def _key(self, share: Share) -> str:
        return self._vault.fingerprint(share.name, purpose="tally")
