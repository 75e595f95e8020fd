"""Copies of what is held of a person, its erasure, and forgetting by age; each with a proof."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.auth.secrets import new_token, token_hash
from api.contract.applications import ApplicationStatus
from api.contract.paths import path
from api.contract.privacy import CopyLink, PrivacyAct, PrivacyProof
from api.db.engine import Database
from api.db.locks import only_one
from api.errors import ApplicationNotFoundError, CopyNotFoundError
from api.privacy.ports import Forget, PersonalRecords
from api.privacy.settings import RetentionSettings
from api.privacy.tables import CopyLinkRow, PrivacyRow
from knowledge.kit.clock import CHINA

APPLICANT = "applicant"
NIGHTLY = "nightly"
LINK_LIFE = timedelta(minutes=10)
# Without characters that are misread; a proof's number is read out at a counter.
NUMBER_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
NUMBER_TAIL = 8
# What counts as one night, whenever in it a machine is switched on.
NIGHT = timedelta(hours=20)


class PrivacyService:
    """Serves people's rights to their data."""

    def __init__(
        self,
        database: Database,
        records: PersonalRecords,
        by_age: Mapping[str, Forget],
        lives: RetentionSettings,
        now: Callable[[], datetime],
    ) -> None:
        """``by_age`` are records without a name on them, under the kind of their retention."""
        self._database, self._records, self._by_age = database, records, by_age
        self._lives, self._now = lives, now

    async def copy(self, application_id: str, *, actor: str, reason: str | None = None) -> bytes:
        """A ZIP with all that one application holds; that it was made is noted.

        Raises:
            ApplicationNotFoundError: there is no such application.
        """
        made = await self._records.copy(application_id)
        await self._keep(self._row(PrivacyAct.COPY, actor, application_id, {}, reason))
        return made

    async def erase(
        self, application_id: str, *, actor: str, reason: str | None = None
    ) -> PrivacyProof:
        """Take away what an application holds.

        Raises:
            ApplicationNotFoundError: there is no such application.
            ErasureRefusedError: it must be kept.
        """
        proofs: list[PrivacyRow] = []

        def prove(session: AsyncSession, counts: dict[str, int]) -> None:
            proofs.append(self._row(PrivacyAct.ERASURE, actor, application_id, counts, reason))
            session.add(proofs[0])

        await self._records.erase(application_id, self._now(), prove)
        return _proof(proofs[0])

    async def id_of(self, receipt: str) -> str:
        """The application with a receipt number.

        Raises:
            ApplicationNotFoundError: there is none.
        """
        found = await self._records.id_of(receipt)
        if found is None:
            raise ApplicationNotFoundError("no such receipt")
        return found

    async def offer_link(self, application_id: str) -> CopyLink:
        """An address from which the copy can be fetched once, for ten minutes."""
        code, expires_at = new_token(), self._now() + LINK_LIFE
        async with self._database.writing() as session:
            session.add(
                CopyLinkRow(
                    code_hash=token_hash(code),
                    application_id=application_id,
                    expires_at=expires_at,
                )
            )
        return CopyLink(path=path("v1", "personal-data", "copies", code), expires_at=expires_at)

    async def take_link(self, code: str) -> bytes:
        """The copy an address stands for; the address is used up.

        Raises:
            CopyNotFoundError: it is unknown, used or too old.
        """
        async with self._database.writing() as session:
            row = await session.get(CopyLinkRow, token_hash(code), with_for_update=True)
            if row is not None:
                await session.delete(row)
        if row is None or row.expires_at <= self._now():
            raise CopyNotFoundError("no such address")
        return await self.copy(row.application_id, actor=APPLICANT)

    async def log(self, most: int) -> list[PrivacyProof]:
        """What was done, newest first."""
        query = select(PrivacyRow).order_by(PrivacyRow.at.desc()).limit(most)
        async with self._database.reading() as session:
            return [_proof(row) for row in await session.scalars(query)]

    async def forget(self) -> PrivacyProof:
        """Forget everything that has outlived its retention; may be run at any time."""
        now, lives = self._now(), self._lives
        ends = {
            ApplicationStatus.DRAFT: now - lives.life("draft"),
            ApplicationStatus.WITHDRAWN: now - lives.life("withdrawn"),
            ApplicationStatus.REJECTED: now - lives.life("rejected"),
        }
        counts = await self._records.forget(ends, now)
        counts["submissions"] = counts.get("submissions", 0) + (
            await self._records.forget_copies(now - lives.life("submission_copy"))
        )
        counts["handovers"] = counts.get("handovers", 0) + await self._records.forget_codes(now)
        counts["stray_files"] = await self._records.sweep_files()
        for kind, forget in self._by_age.items():
            counts[f"{kind}s"] = await forget(now - lives.life(kind))
        async with self._database.writing() as session:
            await session.execute(delete(CopyLinkRow).where(CopyLinkRow.expires_at <= now))
            old: Any = await session.execute(
                delete(PrivacyRow).where(PrivacyRow.at < now - lives.life("log"))
            )
        counts["proofs"] = old.rowcount
        return await self._keep(self._row(PrivacyAct.EXPIRY, NIGHTLY, None, counts, None))

    async def forget_nightly(self) -> PrivacyProof | None:
        """:meth:`forget`, once a night however many processes ask; None when it was done."""
        async with only_one(self._database, "retention"):
            query = select(func.max(PrivacyRow.at)).where(PrivacyRow.act == PrivacyAct.EXPIRY)
            async with self._database.reading() as session:
                last = await session.scalar(query)
            if last is not None and self._now() - last < NIGHT:
                return None
            return await self.forget()

    async def _keep(self, row: PrivacyRow) -> PrivacyProof:
        async with self._database.writing() as session:
            session.add(row)
        return _proof(row)

    def _row(
        self,
        act: PrivacyAct,
        actor: str,
        application_id: str | None,
        counts: dict[str, int],
        reason: str | None,
    ) -> PrivacyRow:
        now = self._now()
        tail = "".join(secrets.choice(NUMBER_ALPHABET) for _ in range(NUMBER_TAIL))
        return PrivacyRow(
            number=f"ZL{now.astimezone(CHINA):%Y%m%d}-{tail}",
            act=act.value,
            at=now,
            actor=actor,
            application_id=application_id,
            counts=counts,
            reason=reason,
        )


def _proof(row: PrivacyRow) -> PrivacyProof:
    return PrivacyProof(
        number=row.number,
        act=PrivacyAct(row.act),
        at=row.at,
        actor=row.actor,
        application_id=row.application_id,
        counts=row.counts,
        reason=row.reason,
    )
