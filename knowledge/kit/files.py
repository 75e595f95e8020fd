"""Writes files so that after a crash or on a full disk each is there whole or not at all."""

import os
import re
import secrets
import time
from pathlib import Path

# Older than any write under way: left by a process that died.
STALE_S = 3600.0
_DRAFT = re.compile(r"\..+\.[0-9a-f]{8}(-wal|-shm|-journal)?")


def draft_path(path: Path) -> Path:
    """A hidden path beside ``path``, which no other process takes; its folder is made."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path.with_name(f".{path.name[:200]}.{secrets.token_hex(4)}")


def write_durably(path: Path, content: bytes) -> None:
    """Write a file that is on the disk, whole, when this returns.

    Raises:
        OSError: it cannot be written, for want of space or rights; nothing is left of it.
    """
    draft = draft_path(path)
    try:
        fill(draft, content)
        move_durably(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def fill(draft: Path, content: bytes) -> None:
    """Write a new file to the disk, for this user only.

    Raises:
        OSError: it is there already, or cannot be written.
    """
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def move_durably(draft: Path, path: Path) -> None:
    """Give a written file its name, for good."""
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Let the names in a folder be on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sweep_drafts(folder: Path) -> None:
    """Remove what dead processes left half-written in a folder."""
    if not folder.is_dir():
        return
    for draft in folder.glob(".*"):
        if _DRAFT.fullmatch(draft.name) and is_stale(draft):
            draft.unlink(missing_ok=True)


def is_stale(path: Path) -> bool:
    """Whether nothing can be under way at a path any more."""
    try:
        return time.time() - path.stat().st_mtime > STALE_S
    except FileNotFoundError:
        return False
