"""Files handed in with an application: checked by content, sealed on disk."""

import uuid
from collections.abc import Callable
from datetime import datetime

from api.applications.attachment_files import AttachmentFiles
from api.applications.repository import ApplicationRepository
from api.applications.tables import AttachmentRow
from api.applications.workflow import Event, after
from api.contract.applications import ApplicationStatus
from api.db.engine import Database
from api.errors import AttachmentRefusedError
from api.keys.vault import Vault

MAX_BYTES = 8 * 1024 * 1024
MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}


class AttachmentStore:
    """Takes files in, each with its row."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        files: AttachmentFiles,
        now: Callable[[], datetime],
    ) -> None:
        self._database, self._vault, self._files, self._now = database, vault, files, now

    async def put(self, application_id: str, content: bytes) -> str:
        """Keep a file of a draft; returns its id.

        Raises:
            AttachmentRefusedError: it is empty, too large or no PDF, JPEG or PNG.
            WrongStateError: the application is no draft any more.
        """
        media_type = next((m for magic, m in MAGIC.items() if content.startswith(magic)), None)
        if media_type is None or len(content) > MAX_BYTES:
            raise AttachmentRefusedError(f"{len(content)} bytes, type {media_type}")
        attachment_id = uuid.uuid4().hex
        async with self._database.writing() as session:
            repository = ApplicationRepository(session, self._vault)
            row = await repository.get(application_id, lock=True)
            after(ApplicationStatus(row.status), Event.CHANGE)
            # The file first: a row never points at nothing, a crash leaves at most a stray file.
            await self._files.write(session, attachment_id, content)
            repository.add(
                AttachmentRow(
                    id=attachment_id,
                    application_id=application_id,
                    media_type=media_type,
                    size=len(content),
                    created_at=self._now(),
                )
            )
        return attachment_id
