"""A disk of a few megabytes, which can be filled, emptied and made read-only."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest


class SmallDisk:
    """A file system in memory, mounted on a folder; tests that need it are skipped without."""

    def __init__(self, folder: Path, size: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._ballast = folder, folder / "ballast"
        command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
        if shutil.which("mount") is None or subprocess.run(command, check=False).returncode:
            pytest.skip("no right to mount a file system here")

    def fill(self, *, leaving: int = 0) -> None:
        """Leave no room, or so many bytes."""
        if leaving:
            room = os.statvfs(self.folder)
            self._ballast.write_bytes(b"\0" * (room.f_bavail * room.f_frsize - leaving))
            return
        with self._ballast.open("ab", buffering=0) as file:
            for size in (1 << 20, 4096):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def clear(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)

    def freeze(self) -> None:
        """Allow nothing to be written."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.folder)], check=True)

    def thaw(self) -> None:
        """Allow it again."""
        subprocess.run(["mount", "-o", "remount,rw", str(self.folder)], check=True)

    def unmount(self) -> None:
        """Give it up, whoever still holds a file on it."""
        subprocess.run(["umount", "-l", str(self.folder)], check=True)


def without_privileges() -> None:
    """Give up root's right to pass over the modes of files; for the child before it runs."""
    if os.geteuid() != 0:
        return
    import ctypes

    drop_from_bounding_set, override, read_search, owner = 24, 1, 2, 3
    for capability in (override, read_search, owner):
        ctypes.CDLL(None).prctl(drop_from_bounding_set, capability, 0, 0, 0)
