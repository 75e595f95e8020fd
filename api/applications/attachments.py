"""Files handed in with an application: checked by content, sealed on disk."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from api.applications.attachment_files import AttachmentFiles
from api.applications.repository import ApplicationRepository
from api.applications.tables import AttachmentRow
from api.applications.workflow import Event, after
from api.contract.applications import ApplicationStatus
from api.db.engine import Database
from api.db.faults import faults_told
from api.db.retrying import retried
from api.errors import AttachmentRefusedError, AttachmentsDiskFullError, AttachmentsFullError
from api.keys.vault import Vault
from api.limit_settings import LimitSettings
from api.limits.quotas import Quotas

MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}


class AttachmentStore:
    """Takes files in, each with its row."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        files: AttachmentFiles,
        limits: LimitSettings,
        quotas: Quotas,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._vault, self._files, self._now = database, vault, files, now
        self._limits, self._quotas = limits, quotas

    @retried
    async def put(self, application_id: str, content: bytes, *, caller: str) -> str:
        """Keep a file of a draft; returns its id.

        The same file handed in again, by who never heard of the first time, is that one.

        Raises:
            AttachmentRefusedError: it is empty, too large or no PDF, JPEG or PNG.
            TooManyUploadsError: the caller has handed in too much.
            AttachmentsFullError: the application has too many files, or too much.
            AttachmentsDiskFullError: all applications together have too much.
            WrongStateError: the application is no draft any more.
            DiskFullError: there is no room for it.
        """
        media_type = next((m for magic, m in MAGIC.items() if content.startswith(magic)), None)
        most = self._limits.max_attachment_bytes
        if media_type is None or len(content) > most:
            raise AttachmentRefusedError(f"{len(content)} bytes, type {media_type}", most)
        attachment_id = self._id_of(application_id, content)
        async with self._database.reading() as session:
            repository = ApplicationRepository(session, self._vault)
            if await repository.attachment(attachment_id):
                return attachment_id
            after(ApplicationStatus((await repository.get(application_id)).status), Event.CHANGE)
            sealed = await self._files.seal(session, attachment_id, content)
        await self._quotas.hand_in(caller, len(content))
        row = AttachmentRow(
            id=attachment_id,
            application_id=application_id,
            media_type=media_type,
            size=len(content),
            created_at=self._now(),
        )
        with faults_told():
            # Written before the transaction, named within it: nobody waits for the disk,
            # and a row never points at nothing. A crash leaves at most a stray file.
            async with self._files.draft(sealed) as draft:
                await self._keep(draft, row)
        return attachment_id

    async def _keep(self, draft: Path, row: AttachmentRow) -> None:
        async with self._database.writing() as session:
            repository = ApplicationRepository(session, self._vault)
            application = await repository.get(row.application_id, lock=True)
            after(ApplicationStatus(application.status), Event.CHANGE)
            if not await repository.attachment(row.id):
                await self._check_room(repository, row.application_id, row.size)
                await self._files.name(draft, row.id)
                repository.add(row)

    def _id_of(self, application_id: str, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        return self._vault.fingerprint(f"{application_id}:{digest}", purpose="attachment")[:32]

    async def _check_room(
        self, repository: ApplicationRepository, application_id: str, size: int
    ) -> None:
        """Exact for one application, whose row is locked; files under way are not in the sum."""
        limits = self._limits
        count, taken = await repository.attached(application_id)
        most = limits.attachment_bytes_per_application
        if count >= limits.attachments_per_application or taken + size > most:
            raise AttachmentsFullError(limits.attachments_per_application, most)
        if await repository.attachment_bytes() + size > limits.attachment_bytes_in_all:
            raise AttachmentsDiskFullError(f"{limits.attachment_bytes_in_all} bytes")
