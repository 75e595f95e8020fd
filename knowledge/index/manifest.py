"""Says whether the vectors' files are as this program left them.

Chroma reads its graph files as they are: one that is damaged can end the whole process, or
quietly find less. So their digests are noted when a build is done, and compared before they
are opened. Its SQLite file changes at each opening and checks itself.
"""

import hashlib
import json
from enum import StrEnum
from pathlib import Path

from knowledge.kit.files import write_durably

_NAME = "manifest.json"


class State(StrEnum):
    """What the files of an index look like."""

    ABSENT = "absent"
    WHOLE = "whole"
    UNFINISHED = "unfinished"  # a build was ended before it was done
    UNKNOWN = "unknown"  # nothing was noted
    DAMAGED = "damaged"


def state_of(folder: Path) -> State:
    """Compare the files with what was noted.

    Raises:
        OSError: they cannot be read.
    """
    if not folder.exists() or not any(folder.iterdir()):
        return State.ABSENT
    try:
        noted = json.loads((folder / _NAME).read_text("utf-8"))["files"]
    except FileNotFoundError:
        return State.UNKNOWN
    except (ValueError, KeyError, TypeError):
        return State.DAMAGED
    if noted is None:
        return State.UNFINISHED
    table = folder / "chroma.sqlite3"
    is_whole = table.is_file() and table.stat().st_size > 0 and noted == _digests(folder)
    return State.WHOLE if is_whole else State.DAMAGED


def note_unfinished(folder: Path) -> None:
    """From now on the files change.

    Raises:
        OSError: it cannot be noted.
    """
    _write(folder, None)


def note_whole(folder: Path) -> None:
    """From now on the files stay as they are.

    Raises:
        OSError: it cannot be noted.
    """
    _write(folder, _digests(folder))


def _write(folder: Path, files: dict[str, str] | None) -> None:
    write_durably(folder / _NAME, json.dumps({"files": files}).encode())


def _digests(folder: Path) -> dict[str, str]:
    """Of the files in the folders below, where Chroma keeps one graph each."""
    found: dict[str, str] = {}
    for path in sorted(p for p in folder.glob("*/*") if p.is_file()):
        with path.open("rb") as file:
            found[path.relative_to(folder).as_posix()] = hashlib.file_digest(
                file, "blake2b"
            ).hexdigest()[:32]
    return found
