"""Files handed in with an application: checked by content, sealed on disk."""

import os
import uuid
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
from api.db.retrying import retried
from api.errors import AttachmentRefusedError

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

        Raises:
            AttachmentRefusedError: it is empty, too large or no PDF, JPEG or PNG.
            WrongStateError: the application is no draft any more.
        """
        media_type = next((m for magic, m in MAGIC.items() if content.startswith(magic)), None)
        if media_type is None or len(content) > MAX_BYTES:
            raise AttachmentRefusedError(f"{len(content)} bytes, type {media_type}")
        attachment_id = uuid.uuid4().hex
        sealed = self._vault.seal_bytes(content, purpose=attachment_id)
        async with self._database.writing() as session:
            repository = ApplicationRepository(session)
            row = await repository.get(application_id, lock=True)
            after(ApplicationStatus(row.status), Event.CHANGE)
            # The file first: a row never points at nothing, a crash leaves at most a stray file.
            await to_thread.run_sync(self._write, attachment_id, sealed)
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

    def _write(self, attachment_id: str, sealed: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = self._folder / f".{attachment_id}"
        with draft.open("wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        draft.rename(self._folder / attachment_id)
