"""Files are there whole or not at all, and what dead processes left is swept."""

import errno
import os
import time

import pytest

from knowledge.kit.files import STALE_S, draft_path, sweep_drafts, write_durably


def test_a_file_is_replaced_at_once(tmp_path):
    path = tmp_path / "made" / "note.json"
    write_durably(path, b"first")
    write_durably(path, b"second")

    assert path.read_bytes() == b"second"
    assert list(path.parent.iterdir()) == [path]


def test_a_file_that_finds_no_room_leaves_the_old_one_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "note.json"
    write_durably(path, b"first")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        write_durably(path, b"second")

    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_only_old_drafts_are_swept(tmp_path):
    old, young = draft_path(tmp_path / "chuangdai.db"), draft_path(tmp_path / "chuangdai.db")
    others = [tmp_path / ".gitignore", tmp_path / "chuangdai.db", tmp_path / ".env.local"]
    for path in (old, old.with_name(f"{old.name}-wal"), young, *others):
        path.touch()
        if path != young:
            os.utime(path, (time.time() - 2 * STALE_S,) * 2)

    sweep_drafts(tmp_path)
    sweep_drafts(tmp_path / "nowhere")

    assert set(tmp_path.iterdir()) == {young, *others}
