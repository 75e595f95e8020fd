"""The files that applicants handed in: sealed, below the data directory."""

from collections.abc import AsyncIterator, Callable, Sequence, Set
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from anyio import to_thread
from sqlalchemy.ext.asyncio import AsyncSession

from api.keys.sealing import Place
from api.keys.vault import Vault
from knowledge.kit.files import draft_path, fill, move_durably

STRAY_AFTER = timedelta(days=1)


class AttachmentFiles:
    """Writes, opens and removes them; a file's name is the id of its row."""

    def __init__(self, vault: Vault, folder: Path, now: Callable[[], datetime]) -> None:
        self._vault, self._folder, self._now = vault, folder, now

    async def seal(self, session: AsyncSession, attachment_id: str, content: bytes) -> bytes:
        """A file as it is kept."""
        return await self._vault.seal_bytes(session, content, _place(attachment_id))

    @asynccontextmanager
    async def draft(self, sealed: bytes) -> AsyncIterator[Path]:
        """A sealed file on the disk without its name, which :meth:`name` gives it in time."""
        draft = draft_path(self._folder / "attachment")
        try:
            await to_thread.run_sync(fill, draft, sealed)
            yield draft
        finally:
            draft.unlink(missing_ok=True)

    async def name(self, draft: Path, attachment_id: str) -> None:
        """Give a draft its name, for good."""
        await to_thread.run_sync(move_durably, draft, self._folder / attachment_id)

    async def open(self, session: AsyncSession, attachment_id: str) -> bytes:
        """What was handed in.

        Raises:
            SealBrokenError: it does not open.
        """
        sealed = await to_thread.run_sync((self._folder / attachment_id).read_bytes)
        return await self._vault.open_bytes(session, sealed, _place(attachment_id))

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
