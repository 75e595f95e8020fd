"""Files that staff handed in: none is lost, and none ends every process that reads it."""

from pathlib import Path

import pytest

from bot.handed_in import HandedIn, HandedInFiles


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "handed_in"


def handed_in(folder: Path, name: str = "文件.txt") -> HandedIn:
    files = HandedInFiles(folder)
    path = files.new_path(name)
    path.write_text("演示", "utf-8")
    return files.keep(path, region="370800", actor="演示")


def next_start(folder: Path, before: HandedIn) -> tuple[HandedInFiles, HandedIn]:
    """What another process finds after the one that answered for the file died."""
    before.owner.release()
    files = HandedInFiles(folder)
    (found,) = files.left_over()
    assert (found.path, found.region, found.actor) == (before.path, "370800", "演示")
    return files, found


def test_a_file_whose_reading_ended_the_process_twice_is_given_up(folder):
    file = handed_in(folder)
    HandedInFiles(folder).begin(file)
    files, file = next_start(folder, file)
    assert not files.is_given_up(file)
    files.begin(file)

    files, file = next_start(folder, file)

    assert files.is_given_up(file)
    files.forget(file)
    assert list(files.left_over()) == []


def test_what_waited_when_the_process_ended_or_was_stopped_in_order_is_not(folder):
    file = handed_in(folder)
    for _ in range(5):
        files, file = next_start(folder, file)
        files.begin(file)
        files.take_back(file)

    files, file = next_start(folder, file)

    assert not files.is_given_up(file)


@pytest.mark.parametrize("order", ["", "[]", "{}", '{"name": 1'])
def test_an_order_that_cannot_be_read_keeps_no_other_file_waiting(folder, order):
    broken, good = handed_in(folder), handed_in(folder, "好.txt")
    (broken.path.parent / "order.json").write_text(order)
    for file in (broken, good):
        file.owner.release()

    assert [file.path for file in HandedInFiles(folder).left_over()] == [good.path]
