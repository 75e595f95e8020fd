"""What the applications hold of a person: copied for them, and taken away."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from sqlalchemy.ext.asyncio import AsyncSession

from api.applications.attachment_files import AttachmentFiles
from api.applications.repository import ApplicationRepository
from api.applications.tables import ApplicationRow, AttachmentRow, EventRow
from api.applications.workflow import ACTIVE, Event, after
from api.auth.secrets import new_token, token_hash
from api.contract.applications import ApplicationStatus
from api.contract.forms.catalog import forms
from api.contract.receipts import find_receipt
from api.db.engine import Database
from api.errors import ErasureRefusedError
from api.keys.vault import Vault
from knowledge.kit.clock import CHINA

EXTENSIONS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
# A night's work is done in portions: an applicant never waits for more than one.
PORTION = 100
EMPTIED = "emptied"
Prove = Callable[[AsyncSession, dict[str, int]], None]


class PersonalApplications:
    """Copies, empties and forgets applications.

    An emptied one keeps its number, its state and the dates of its history, which count in
    statistics; nothing of what the person said, and no token or receipt that opens it.
    """

    def __init__(self, database: Database, vault: Vault, files: AttachmentFiles) -> None:
        self._database, self._vault, self._files = database, vault, files

    async def id_of(self, receipt: str) -> str | None:
        """The application with a receipt number, however it is written."""
        written = find_receipt(receipt)
        if written is None:
            return None
        async with self._database.reading() as session:
            row = await self._repository(session).by_receipt(written.number)
        return None if row is None else row.id

    async def copy(self, application_id: str) -> bytes:
        """A ZIP with everything one application holds, as the person gave it.

        Raises:
            ApplicationNotFoundError: there is no such application.
        """
        async with self._database.reading() as session:
            repository = self._repository(session)
            row = await repository.get(application_id)
            held = await self._held(repository, row)
            attached = await repository.attachments(application_id)
            files = {_file_name(a): await self._files.open(session, a.id) for a in attached}
        with BytesIO() as made:
            with ZipFile(made, "w", ZIP_DEFLATED) as archive:
                archive.writestr("data.json", json.dumps(held, ensure_ascii=False, indent=2))
                for name, content in files.items():
                    archive.writestr(name, content)
            return made.getvalue()

    async def erase(self, application_id: str, now: datetime, prove: Prove) -> None:
        """Empty an application at the person's wish; one still in hand is withdrawn first.

        ``prove`` keeps, in the same transaction, how much of each kind went.

        Raises:
            ApplicationNotFoundError: there is no such application.
            ErasureRefusedError: a loan was approved on it, its papers must be kept.
        """
        async with self._database.writing() as session:
            repository = self._repository(session)
            row = await repository.get(application_id, lock=True)
            if row.status == ApplicationStatus.APPROVED:
                raise ErasureRefusedError("a loan was approved on it")
            if row.status in (ApplicationStatus.DRAFT, *ACTIVE):
                row.status = after(ApplicationStatus(row.status), Event.WITHDRAW)
                _note(repository, row, Event.WITHDRAW, now)
            counts, files = await self._empty(repository, row, now)
            prove(session, counts)
        await self._files.remove(files)

    async def forget(
        self, before: Mapping[ApplicationStatus, datetime], now: datetime
    ) -> dict[str, int]:
        """Empty what lay untouched since before the instant given for its state; counts by kind."""
        total: dict[str, int] = {}
        for status, instant in before.items():
            while (done := await self._forget_portion(status, instant, now)) is not None:
                for kind, count in done.items():
                    total[kind] = total.get(kind, 0) + count
        return total

    async def forget_copies(self, before: datetime) -> int:
        """Drop the answers kept for repeated submissions; how many."""
        async with self._database.writing() as session:
            return await self._repository(session).drop_submissions(before)

    async def forget_codes(self, now: datetime) -> int:
        """Drop the codes that do not hold any more; how many."""
        async with self._database.writing() as session:
            return await self._repository(session).drop_handovers(now)

    async def sweep_files(self) -> int:
        """Remove files that no row points to, left by a crash; how many."""
        async with self._database.reading() as session:
            known = await self._repository(session).attachment_ids()
        return await self._files.sweep(known)

    async def _forget_portion(
        self, status: ApplicationStatus, before: datetime, now: datetime
    ) -> dict[str, int] | None:
        total, files = {"applications": 0}, list[str]()
        async with self._database.writing() as session:
            repository = self._repository(session)
            rows = await repository.untouched(status, before, PORTION)
            for row in rows:
                if row.status == ApplicationStatus.DRAFT:
                    row.status = after(ApplicationStatus(row.status), Event.WITHDRAW)
                    _note(repository, row, "expire", now)
                counts, gone = await self._empty(repository, row, now)
                files += gone
                total["applications"] += 1
                for kind, count in counts.items():
                    total[kind] = total.get(kind, 0) + count
        await self._files.remove(files)
        return total if rows else None

    async def _empty(
        self, repository: ApplicationRepository, row: ApplicationRow, now: datetime
    ) -> tuple[dict[str, int], list[str]]:
        """Counts of what went, and the files to remove once this is committed."""
        answers = await repository.answers(row)
        files = [attachment.id for attachment in await repository.attachments(row.id)]
        await repository.keep_answers(row, {})
        row.reasons = row.applicant_key = row.phone_key = row.duplicate_of = None
        row.token_hash = token_hash(new_token())
        row.emptied_at = row.updated_at = now
        dropped = await repository.drop_what_hangs_on(row.id)
        _note(repository, row, EMPTIED, now)
        return {"answers": len(answers), **dropped}, files

    async def _held(
        self, repository: ApplicationRepository, row: ApplicationRow
    ) -> dict[str, object]:
        """Everything in words the person knows; instants in China's zone."""
        labels = {field.id: field.label for field in forms()[row.form].fields}
        answers = await repository.answers(row)
        return {
            "申请编号": row.id,
            "受理编号": row.receipt,
            "状态": row.status,
            "办理渠道": row.channel,
            "填写内容": {labels.get(field, field): value for field, value in answers.items()},
            "同意的版本": row.consent_version,
            "同意时间": _shown(row.consented_at),
            "审核意见": await repository.reasons(row),
            "经过": [
                {"时间": _shown(e.at), "事项": e.kind, "状态": e.status}
                for e in await repository.events(row.id)
            ],
            "附件": [
                {"文件": _file_name(a), "大小": a.size, "时间": _shown(a.created_at)}
                for a in await repository.attachments(row.id)
            ],
        }

    def _repository(self, session: AsyncSession) -> ApplicationRepository:
        return ApplicationRepository(session, self._vault)


def _note(repository: ApplicationRepository, row: ApplicationRow, kind: str, now: datetime) -> None:
    repository.add(
        EventRow(application_id=row.id, at=now, kind=kind, status=row.status, actor="privacy")
    )


def _file_name(attachment: AttachmentRow) -> str:
    return f"attachments/{attachment.id}.{EXTENSIONS[attachment.media_type]}"


def _shown(instant: datetime | None) -> str | None:
    return None if instant is None else instant.astimezone(CHINA).isoformat(timespec="seconds")
