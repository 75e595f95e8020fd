"""Files that staff handed in, kept on disk until they were read: a crash loses none."""

import json
import logging
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.kit.files import is_stale, write_durably

log = logging.getLogger(__name__)

LONGEST_STEM = 60
_ORDER, _OWNER = "order.json", "owner.lock"


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A file waiting to be read: where it belongs if it names no place, and who gave it.

    ``owner`` is held while this process answers for the file.
    """

    path: Path
    region: str | None
    actor: str
    owner: FileLock

    @property
    def id(self) -> str:
        """Stands for the file."""
        return self.path.parent.name


class HandedInFiles:
    """A folder for each file below one folder, with what to do about it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new_path(self, name: str) -> Path:
        """Where to write a file of that name; a long one is cut, for disks take 255 bytes."""
        folder = self._folder / uuid.uuid4().hex
        folder.mkdir(parents=True)
        suffix = Path(name).suffix
        return folder / f"{Path(name).stem[:LONGEST_STEM]}{suffix}"

    def keep(self, path: Path, *, region: str | None, actor: str) -> HandedIn:
        """Answer for a file that was written whole; from now on no crash loses it.

        Raises:
            OSError: there is no room to note it; the file is not answered for.
        """
        owner = FileLock(path.parent / _OWNER)
        owner.acquire(timeout=0)
        order = {"name": path.name, "region": region, "actor": actor}
        try:
            write_durably(path.parent / _ORDER, json.dumps(order, ensure_ascii=False).encode())
        except OSError:
            owner.release()
            raise
        return HandedIn(path, region, actor, owner)

    def discard(self, path: Path) -> None:
        """Delete a file that could not be written whole."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what was being written when a process died: nobody was told it was taken."""
        for folder in self._folder.glob("*"):
            if not (folder / _ORDER).exists() and is_stale(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def left_over(self) -> Iterator[HandedIn]:
        """Files that no living process answers for, from now on this one does."""
        for noted in sorted(
            self._folder.glob(f"*/{_ORDER}"), key=lambda path: path.stat().st_mtime
        ):
            owner = FileLock(noted.parent / _OWNER)
            try:
                owner.acquire(timeout=0)
            except Timeout:
                continue
            order = json.loads(noted.read_text("utf-8"))
            path = noted.parent / order["name"]
            yield HandedIn(path, order["region"], order["actor"], owner)

    def forget(self, file: HandedIn) -> None:
        """Delete a file that was read or set aside."""
        shutil.rmtree(file.path.parent, ignore_errors=True)
        file.owner.release()
