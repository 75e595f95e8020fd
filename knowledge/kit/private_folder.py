"""Keeps what a process writes from everybody else on the machine."""

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path

log = logging.getLogger(__name__)

# What versions before made under the umask of whoever started them. Not simply everything below:
# the folder is the operator's choice, and could be one that holds other things too.
OURS = (
    "*.db",
    "*.db-*",
    "*.db.*",
    "attachments",
    "handed_in",
    "index",
    "keys",
    "quarantine",
    "vectors",
    "web",
)
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(folder: Path) -> None:
    """Make the folder if need be; from now on this process writes for its own user only.

    What was there before is closed to others: folders become 0700, files 0600.
    """
    os.umask(OTHERS)
    folder.mkdir(parents=True, exist_ok=True)
    for path in _open_to_others(folder):
        try:
            path.chmod(stat.S_IMODE(path.lstat().st_mode) & ~OTHERS)
        except OSError as error:
            log.warning("%s stays open to others: %s", path, error.strerror)


def left_open(folder: Path) -> list[Path]:
    """What others on the machine may read or enter, though it is ours."""
    return list(_open_to_others(folder))


def _open_to_others(folder: Path) -> Iterator[Path]:
    for path in _ours(folder):
        try:
            mode = path.lstat().st_mode
        except OSError:  # gone meanwhile, another process works here too
            continue
        # A folder with the sticky bit is everybody's, such as /tmp.
        if mode & OTHERS and not stat.S_ISLNK(mode) and not mode & stat.S_ISVTX:
            yield path


def _ours(folder: Path) -> Iterator[Path]:
    yield folder
    for pattern in OURS:
        for top in folder.glob(pattern):
            yield top
            for parent, folders, files in os.walk(top):
                yield from (Path(parent, name) for name in (*folders, *files))
