"""Files handed in with an application: checked by content, sealed on disk."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from anyio import to_thread

from api.applications.repository import ApplicationRepository
from api.applications.tables import AttachmentRow
from api.applications.workflow import Event, after
from api.auth.secrets import Vault
from api.contract.applications import ApplicationStatus
from api.db.engine import Database
from api.db.faults import faults_told
from api.db.retrying import retried
from api.errors import AttachmentRefusedError
from knowledge.kit.files import draft_path, fill, move_durably

MAX_BYTES = 8 * 1024 * 1024
MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}


class AttachmentStore:
    """Keeps files below the data directory."""

    def __init__(
        self, database: Database, vault: Vault, folder: Path, now: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._folder, self._now = database, vault, folder, now

    @retried
    async def put(self, application_id: str, content: bytes) -> str:
        """Keep a file of a draft; returns its id.

        The same file handed in again, by who never heard of the first time, is that one.

        Raises:
            AttachmentRefusedError: it is empty, too large or no PDF, JPEG or PNG.
            WrongStateError: the application is no draft any more.
            DiskFullError: there is no room for it.
        """
        media_type = next((m for magic, m in MAGIC.items() if content.startswith(magic)), None)
        if media_type is None or len(content) > MAX_BYTES:
            raise AttachmentRefusedError(f"{len(content)} bytes, type {media_type}")
        attachment_id = self._id_of(application_id, content)
        async with self._database.reading() as session:
            repository = ApplicationRepository(session)
            if await repository.attachment(attachment_id):
                return attachment_id
            after(ApplicationStatus((await repository.get(application_id)).status), Event.CHANGE)
        row = AttachmentRow(
            id=attachment_id,
            application_id=application_id,
            media_type=media_type,
            size=len(content),
            created_at=self._now(),
        )
        path = self._folder / attachment_id
        sealed = self._vault.seal_bytes(content, purpose=attachment_id)
        with faults_told():
            draft = draft_path(path)
            try:
                # Written before the transaction, named within it: nobody waits for the disk,
                # and a row never points at nothing. A crash leaves at most a stray file.
                await to_thread.run_sync(fill, draft, sealed)
                await self._keep(draft, path, row)
            finally:
                draft.unlink(missing_ok=True)
        return attachment_id

    async def _keep(self, draft: Path, path: Path, row: AttachmentRow) -> None:
        async with self._database.writing() as session:
            repository = ApplicationRepository(session)
            application = await repository.get(row.application_id, lock=True)
            after(ApplicationStatus(application.status), Event.CHANGE)
            if not await repository.attachment(row.id):
                await to_thread.run_sync(move_durably, draft, path)
                repository.add(row)

    def _id_of(self, application_id: str, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        return self._vault.fingerprint(f"{application_id}:{digest}", purpose="attachment")[:32]
