"""Files that staff handed in: none is lost, and none ends every process that reads it."""

from pathlib import Path

import pytest

from api.documents.ingestion.spool import SpooledFile, UploadSpool


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "spool"


def spooled(folder: Path, name: str = "文件.txt") -> SpooledFile:
    spool = UploadSpool(folder)
    path = spool.new_path(name)
    path.write_text("演示", "utf-8")
    return spool.keep(path, region="370800", actor="演示")


def next_start(folder: Path, before: SpooledFile) -> tuple[UploadSpool, SpooledFile]:
    """What another process finds after the one that answered for the file died."""
    before.owner.release()
    spool = UploadSpool(folder)
    (found,) = spool.left_over()
    assert (found.path, found.region, found.actor) == (before.path, "370800", "演示")
    return spool, found


def test_a_file_whose_reading_ended_the_process_twice_is_given_up(folder):
    file = spooled(folder)
    UploadSpool(folder).begin(file)
    spool, file = next_start(folder, file)
    assert not spool.is_given_up(file)
    spool.begin(file)

    spool, file = next_start(folder, file)

    assert spool.is_given_up(file)
    spool.forget(file)
    assert list(spool.left_over()) == []


def test_what_waited_when_the_process_ended_or_was_stopped_in_order_is_not(folder):
    file = spooled(folder)
    for _ in range(5):
        spool, file = next_start(folder, file)
        spool.begin(file)
        spool.take_back(file)

    spool, file = next_start(folder, file)

    assert not spool.is_given_up(file)


@pytest.mark.parametrize("order", ["", "[]", "{}", '{"name": 1'])
def test_an_order_that_cannot_be_read_keeps_no_other_file_waiting(folder, order):
    broken, good = spooled(folder), spooled(folder, "好.txt")
    (broken.path.parent / "order.json").write_text(order)
    for file in (broken, good):
        file.owner.release()

    assert [file.path for file in UploadSpool(folder).left_over()] == [good.path]
