"""Files that staff handed in, kept on disk until they were read: a crash loses none."""

import json
import logging
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.quarantine import write_durably

log = logging.getLogger(__name__)

LONGEST_STEM = 60
# So often reading a file may end with the process, or in an error, before it is left alone.
MOST_ATTEMPTS = 2
_ORDER, _OWNER, _ATTEMPTS = "order.json", "owner.lock", "attempts"


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
        """Answer for a file that was written whole; from now on no crash loses it."""
        owner = FileLock(path.parent / _OWNER)
        owner.acquire(timeout=0)
        order = {"name": path.name, "region": region, "actor": actor}
        write_durably(path.parent / _ORDER, json.dumps(order, ensure_ascii=False).encode())
        return HandedIn(path, region, actor, owner)

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
            try:
                order = json.loads(noted.read_text("utf-8"))
                path = noted.parent / str(order["name"])
                yield HandedIn(path, order["region"], order["actor"], owner)
            except (OSError, ValueError, KeyError, TypeError):
                # One that cannot be made out keeps no other from being read.
                log.exception("what to do about a file handed in cannot be read: %s", noted.parent)
                owner.release()

    def begin(self, file: HandedIn) -> None:
        """Note on disk that reading begins: it may end this process."""
        write_durably(_attempts_at(file), str(_attempts(file) + 1).encode())

    def take_back(self, file: HandedIn) -> None:
        """Reading was stopped for a reason that is not the file's; it does not count."""
        write_durably(_attempts_at(file), str(max(_attempts(file) - 1, 0)).encode())

    def is_given_up(self, file: HandedIn) -> bool:
        """Whether it was begun so often, and never ended, that it is to be left alone."""
        return _attempts(file) >= MOST_ATTEMPTS

    def forget(self, file: HandedIn) -> None:
        """Delete a file that was read or set aside."""
        shutil.rmtree(file.path.parent, ignore_errors=True)
        file.owner.release()


def _attempts_at(file: HandedIn) -> Path:
    return file.path.parent / _ATTEMPTS


def _attempts(file: HandedIn) -> int:
    try:
        return int(_attempts_at(file).read_text("ascii"))
    except (OSError, ValueError):
        return 0
