"""Looks at a data directory as files: what changed, what lies there in clear, who may read it."""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

# SQLite makes and takes away these whenever it opens a database.
_COMING_AND_GOING = ("-wal", "-shm", "-journal", ".lock")


def files_below(folder: Path) -> Iterator[Path]:
    """Every file, in order."""
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def fingerprints(folder: Path) -> dict[str, str]:
    """SHA-256 of every file by its path below the folder."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files_below(folder)
        if not path.name.endswith(_COMING_AND_GOING)
    }


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Files that were changed, removed or made."""
    names = sorted(before.keys() | after.keys())
    return [name for name in names if before.get(name) != after.get(name)]


def spellings_of(mark: str) -> list[bytes]:
    """The bytes by which a text may lie in a file: UTF-8, UTF-16, escaped as in JSON."""
    escaped = mark.encode("unicode_escape")
    return list(dict.fromkeys((mark.encode(), mark.encode("utf-16-le"), escaped)))


def find_marks(folder: Path, marks: dict[str, str]) -> dict[str, list[str]]:
    """For each mark's name the files that hold it in clear."""
    found: dict[str, list[str]] = {}
    for path in files_below(folder):
        content = path.read_bytes()
        for name, mark in marks.items():
            if any(spelling in content for spelling in spellings_of(mark)):
                found.setdefault(name, []).append(str(path.relative_to(folder)))
    return found


def open_to_others(folder: Path) -> list[str]:
    """Files and folders, the folder itself included, that group or others may use."""
    return [
        str(path.relative_to(folder.parent))
        for path in (folder, *sorted(folder.rglob("*")))
        if stat.S_IMODE(path.lstat().st_mode) & 0o077 and not path.is_symlink()
    ]


def mode_of(path: Path) -> str:
    """The permission bits, as chmod takes them."""
    return f"{stat.S_IMODE(os.stat(path).st_mode):04o}"
