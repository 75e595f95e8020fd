"""Keeps a copy of every file that could not become a document, and says why beside it."""

import hashlib
import json
import os
import shutil
from pathlib import Path

from ingest.errors import Reason
from ingest.texts import say
from knowledge.kit.clock import utc_now

_CHUNK = 1024 * 1024


class Quarantine:
    """Copies under ``<data_dir>/quarantine``, named by their content: no file twice."""

    def __init__(self, data_dir: Path) -> None:
        self._folder = data_dir / "quarantine"

    def keep(self, path: Path, content_hash: str | None, reason: Reason) -> Path | None:
        """Copy the file and write ``.json`` beside it; the copy, or None when unreadable.

        ``content_hash`` is the SHA-256 of the file in hex, None when it cannot be read.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        key = (content_hash or hashlib.sha256(str(path).encode()).hexdigest())[:16]
        copy = self._folder / f"{key}{path.suffix[:10]}" if content_hash else None
        if copy is not None and not copy.exists():
            unfinished = copy.with_name(copy.name + ".tmp")
            try:
                shutil.copyfile(path, unfinished)
                unfinished.replace(copy)
            except OSError:
                unfinished.unlink(missing_ok=True)
                copy = None
        note = {
            "file": path.name,
            "reason": reason.value,
            "message": say(f"reason-{reason}"),
            "advice": say(f"advice-{reason}"),
            "sha256": content_hash,
            "at": utc_now().isoformat(),
        }
        text = json.dumps(note, ensure_ascii=False, indent=1)
        write_durably(self._folder / f"{key}.json", text.encode())
        return copy

    def reason_of(self, content_hash: str) -> Reason | None:
        """Why a file of that content was set aside; None where it was not."""
        try:
            note = json.loads((self._folder / f"{content_hash[:16]}.json").read_text("utf-8"))
            return Reason(note["reason"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def release(self, content_hash: str) -> None:
        """Remove what was kept of a file that has become a document since."""
        for path in self._folder.glob(f"{content_hash[:16]}.*"):
            path.unlink()


def write_durably(path: Path, data: bytes) -> None:
    """Write a file so that after a crash it is there whole or not at all."""
    unfinished = path.with_name(path.name + ".tmp")
    with unfinished.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def hash_file(path: Path) -> str | None:
    """SHA-256 in hex; None when the file cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError:
        return None
    return digest.hexdigest()
