"""The upload spool: files that staff handed in lie on disk until they were read.

A crash loses none.
"""

import json
import logging
import re
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from knowledge.kit.files import is_stale, write_durably

log = logging.getLogger(__name__)

LONGEST_STEM, LONGEST_SUFFIX = 60, 10
# So often reading a file may end with the process, or in an error, before it is left alone.
MOST_ATTEMPTS = 2
_FOLDER = re.compile("[0-9a-f]{32}")
_ORDER, _OWNER, _ATTEMPTS = "order.json", "owner.lock", "attempts"


@dataclass(frozen=True, slots=True)
class SpooledFile:
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


class UploadSpool:
    """A folder for each file below one folder, with what to do about it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def new_path(self, name: str) -> Path:
        """Where to write a file of that name, in a new folder of its own."""
        folder = self._folder / uuid.uuid4().hex
        folder.mkdir(parents=True)
        return folder / _file_name(name)

    def keep(self, path: Path, *, region: str | None, actor: str) -> SpooledFile:
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
        return SpooledFile(path, region, actor, owner)

    def discard(self, path: Path) -> None:
        """Delete a file that could not be written whole."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def sweep(self) -> None:
        """Delete what was being written when a process died: nobody was told it was taken."""
        for folder in self._folder.glob("*"):
            if not (folder / _ORDER).exists() and is_stale(folder):
                shutil.rmtree(folder, ignore_errors=True)

    def left_over(self) -> Iterator[SpooledFile]:
        """Files that no living process answers for, from now on this one does."""
        for noted in sorted(
            self._folder.glob(f"*/{_ORDER}"), key=lambda path: path.stat().st_mtime
        ):
            if not _FOLDER.fullmatch(noted.parent.name):  # put there by somebody else
                continue
            owner = FileLock(noted.parent / _OWNER)
            try:
                owner.acquire(timeout=0)
            except Timeout:
                continue
            try:
                order = json.loads(noted.read_text("utf-8"))
                path = noted.parent / str(order["name"])
                yield SpooledFile(path, order["region"], order["actor"], owner)
            except (OSError, ValueError, KeyError, TypeError):
                # One that cannot be made out keeps no other from being read.
                log.exception("what to do about a file handed in cannot be read: %s", noted.parent)
                owner.release()

    def begin(self, file: SpooledFile) -> None:
        """Note on disk that reading begins: it may end this process."""
        write_durably(_attempts_at(file), str(_attempts(file) + 1).encode())

    def take_back(self, file: SpooledFile) -> None:
        """Reading was stopped for a reason that is not the file's; it does not count."""
        write_durably(_attempts_at(file), str(max(_attempts(file) - 1, 0)).encode())

    def is_given_up(self, file: SpooledFile) -> bool:
        """Whether it was begun so often, and never ended, that it is to be left alone."""
        return _attempts(file) >= MOST_ATTEMPTS

    def forget(self, file: SpooledFile) -> None:
        """Delete a file that was read or set aside."""
        shutil.rmtree(file.path.parent, ignore_errors=True)
        file.owner.release()


def _file_name(name: str) -> str:
    """A name as every disk keeps it: one step of a path, printable, at most 255 bytes."""
    kept = "".join(sign for sign in name if sign.isprintable() and sign not in "/\\")
    path = Path(kept.lstrip(". ") or "file")
    return f"{path.stem[:LONGEST_STEM]}{path.suffix[:LONGEST_SUFFIX]}"


def _attempts_at(file: SpooledFile) -> Path:
    return file.path.parent / _ATTEMPTS


def _attempts(file: SpooledFile) -> int:
    try:
        return int(_attempts_at(file).read_text("ascii"))
    except (OSError, ValueError):
        return 0
