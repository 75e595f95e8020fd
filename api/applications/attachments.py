"""Files handed in with an application: checked by content, sealed on disk."""

import uuid
from collections.abc import Callable, Sequence, Set
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from api.applications.repository import ApplicationRepository
from api.applications.tables import AttachmentRow
from api.applications.workflow import Event, after
from api.contract.applications import ApplicationStatus
from api.db.engine import Database
from api.errors import AttachmentRefusedError
from api.keys.files import replace_file
from api.keys.sealing import Place
from api.keys.vault import Vault

STRAY_AFTER = timedelta(days=1)
MAX_BYTES = 8 * 1024 * 1024
MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n": "image/png"}


class AttachmentStore:
    """Keeps files below the data directory."""

    def __init__(
        self, database: Database, vault: Vault, folder: Path, now: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._folder, self._now = database, vault, folder, now

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
        place = _place(attachment_id)
        async with self._database.writing() as session:
            repository = ApplicationRepository(session, self._vault)
            row = await repository.get(application_id, lock=True)
            after(ApplicationStatus(row.status), Event.CHANGE)
            sealed = await self._vault.seal_bytes(session, content, place)
            # The file first: a row never points at nothing, a crash leaves at most a stray file.
            await to_thread.run_sync(replace_file, self._folder / attachment_id, sealed)
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

    async def open(self, session: AsyncSession, attachment: AttachmentRow) -> bytes:
        """What was handed in.

        Raises:
            SealBrokenError: it does not open.
        """
        sealed = await to_thread.run_sync((self._folder / attachment.id).read_bytes)
        return await self._vault.open_bytes(session, sealed, _place(attachment.id))

    async def remove(self, ids: Sequence[str]) -> None:
        """Delete files whose rows are gone; one that is not there is fine."""
        for attachment_id in ids:
            path = self._folder / attachment_id
            await to_thread.run_sync(partial(path.unlink, missing_ok=True))

    async def sweep(self, known: Set[str]) -> int:
        """Delete old files that no row points to; how many.

        A young one may belong to a row that is being written.
        """
        return await to_thread.run_sync(self._sweep, known, self._now() - STRAY_AFTER)

    def _sweep(self, known: Set[str], before: datetime) -> int:
        if not self._folder.is_dir():
            return 0
        strays = [
            path
            for path in self._folder.iterdir()
            if path.name not in known and path.stat().st_mtime < before.timestamp()
        ]
        for path in strays:
            path.unlink(missing_ok=True)
        return len(strays)


def _place(attachment_id: str) -> Place:
    return Place("attachments", "content", (attachment_id,))
