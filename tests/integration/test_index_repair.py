"""The index mends itself, on a real Chroma: damaged, half gone, in use, lost while searched."""

import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from knowledge.answering.models import Question
from knowledge.app import Knowledge, build_knowledge
from knowledge.errors import IndexFailedError, IndexInUseError
from knowledge.index.builder import build_index
from knowledge.index.embedder import CachedEmbeddings, ReadingEmbeddings, load_vectors
from knowledge.index.opening import open_index
from knowledge.understanding.model.message_model import MessageModel

EMBEDDINGS = ReadingEmbeddings(MessageModel())
MODEL = EMBEDDINGS.model_id


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    return build_knowledge()


@pytest.fixture(scope="module")
def embeddings():
    return CachedEmbeddings(EMBEDDINGS, load_vectors(MODEL))


@pytest.fixture(scope="module")
def built(knowledge, embeddings, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("built") / "index"
    index, _ = open_index(knowledge.chunks, embeddings, MODEL, directory=folder)
    index.close()
    return folder


@pytest.fixture
def folder(built, tmp_path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture
def open_(knowledge, embeddings):
    """Opens the index, checks that it finds what it should, and closes it."""

    def run(folder: Path, **options):
        index, report = open_index(knowledge.chunks, embeddings, MODEL, directory=folder, **options)
        for chunk in knowledge.chunks[:: len(knowledge.chunks) // 20]:
            vector = embeddings.embed_documents([chunk.text])[0]
            found = index.store.search(vector, top_k=5)
            assert max(found.values()) > 0.99
        index.close()
        return index, report

    return run


def graph(folder: Path) -> Path:
    return next(path for path in folder.iterdir() if path.is_dir())


def random_bytes(path: Path, size: int | None = None) -> None:
    path.write_bytes(os.urandom(size or path.stat().st_size))


DAMAGES = {
    "a graph that would crash the process": lambda f: random_bytes(graph(f) / "data_level0.bin"),
    "a graph cut short": lambda f: os.truncate(graph(f) / "data_level0.bin", 1000),
    "a header of nothing": lambda f: os.truncate(graph(f) / "header.bin", 0),
    "links to anywhere": lambda f: random_bytes(graph(f) / "link_lists.bin"),
    "half gone": lambda f: shutil.rmtree(graph(f)),
    "its table gone": lambda f: (f / "chroma.sqlite3").unlink(),
    "its table emptied": lambda f: os.truncate(f / "chroma.sqlite3", 0),
    "its table cut short": lambda f: os.truncate(f / "chroma.sqlite3", 1_000_000),
    "its table overwritten": lambda f: random_bytes(f / "chroma.sqlite3"),
    "its note overwritten": lambda f: random_bytes(f / "manifest.json"),
    "emptied": lambda f: [shutil.rmtree(p) if p.is_dir() else p.unlink() for p in f.iterdir()],
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_cannot_be_trusted_is_made_anew(folder, knowledge, open_, damage, caplog):
    DAMAGES[damage](folder)

    index, first = open_(folder)
    _, second = open_(folder)

    assert index.folder == folder
    assert first.written == len(knowledge.chunks)
    assert second.written == 0
    if damage != "emptied":
        assert "made anew" in caplog.text


def test_what_is_whole_is_used_as_it_is(folder, open_, caplog):
    _, report = open_(folder)

    assert (report.written, report.dropped) == (0, 0)
    assert caplog.text == ""


def test_an_index_of_another_model_stays_beside_it(folder, knowledge, open_, embeddings):
    other, report = open_index(knowledge.chunks, embeddings, "another", directory=folder)
    other.close()

    assert report.written == len(knowledge.chunks)
    assert open_(folder)[1].written == 0


BUILD = """
import sys
from pathlib import Path
from knowledge.app import build_knowledge
from knowledge.settings import KnowledgeSettings

def report(done, total):
    if done > 700:
        print("half", flush=True)
        sys.stdin.read()

build_knowledge().load_vectors(KnowledgeSettings(data_dir=Path(sys.argv[1])), report)
"""


def test_a_build_that_was_killed_goes_on_where_it_stopped(tmp_path, knowledge, open_):
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as builder:
        assert builder.stdout.readline() == b"half\n"
        builder.send_signal(signal.SIGKILL)

    _, report = open_(tmp_path / "index")

    assert 0 < report.written < len(knowledge.chunks)


def test_a_killed_build_whose_graph_would_crash_the_process_is_made_anew(
    folder, knowledge, open_, caplog
):
    (folder / "manifest.json").unlink()
    random_bytes(graph(folder) / "data_level0.bin", 1_700_000)

    _, report = open_(folder)

    assert report.written == len(knowledge.chunks)
    assert "made anew" in caplog.text


def test_while_another_process_owns_the_folder_a_second_one_works_in_memory(folder, open_, caplog):
    with FileLock(f"{folder}.lock"):
        index, _ = open_(folder)
        with pytest.raises(IndexInUseError):
            open_(folder, must_last=True)

    assert index.folder is None
    assert "another process owns" in caplog.text
    assert open_(folder)[1].written == 0


def test_where_nothing_can_be_kept_it_works_in_memory(tmp_path, open_, caplog):
    (tmp_path / "index").write_text("a file, where a folder should be")

    index, _ = open_(tmp_path / "index")

    assert index.folder is None
    assert "in memory" in caplog.text
    with pytest.raises(OSError, match="directory"):
        open_(tmp_path / "index", must_last=True)


def test_an_index_lost_while_it_is_searched_is_done_without_and_loaded_again(
    tmp_path, monkeypatch, caplog
):
    from knowledge.settings import KnowledgeSettings

    settings = KnowledgeSettings(data_dir=tmp_path)
    knowledge = build_knowledge()
    knowledge.load_vectors(settings)
    question = Question(question="山东个人最多能贷多少")
    before = knowledge.assistant.answer(question)
    knowledge._index.store.close()  # as if the files had been torn away from under it

    answered = knowledge.assistant.answer(question)
    lost = knowledge.has_vectors
    knowledge.load_vectors(settings)

    assert before.status == answered.status == "answered"
    assert "30万元" in answered.text
    assert lost is False
    assert knowledge.has_vectors
    assert "answering without vectors" in caplog.text
    knowledge._index.close()


def test_a_document_that_the_index_does_not_take_is_found_by_its_words(tmp_path, caplog):
    from knowledge.settings import KnowledgeSettings

    knowledge = build_knowledge()
    knowledge.load_vectors(KnowledgeSettings(data_dir=tmp_path))
    template = next(iter(knowledge.documents.values()))
    added = template.model_copy(update={"id": "added-demo", "title": "演示市创业小巷补助办法"})
    shutil.rmtree(tmp_path / "index")

    knowledge.use_added({added.id: added})

    found = knowledge.search("演示市创业小巷补助办法", None, 20)
    assert added.id in {hit.chunk.document.id for hit in found}
    assert knowledge.has_vectors is False
    knowledge._index.close()


def test_a_store_that_cannot_write_says_so(tmp_path, knowledge, embeddings):
    index, _ = open_index(
        knowledge.chunks[:5], embeddings, "test", directory=tmp_path / "index", must_last=True
    )
    shutil.rmtree(tmp_path / "index")

    with pytest.raises(IndexFailedError):
        build_index(knowledge.chunks[:9], index.store)
    index.close()


@pytest.fixture(autouse=True)
def _heard(caplog):
    caplog.set_level(logging.WARNING, "knowledge")
