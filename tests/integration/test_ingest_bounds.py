"""Files that ask too much: each ends in quarantine, with a reason, and holds up no other."""

import json
import multiprocessing
import time
from pathlib import Path

import pytest

from ingest.errors import Reason
from ingest.pipeline import give_up, ingest_files
from ingest.report import Ending
from ingest.settings import IngestSettings
from tests.fakes import hostile_files, paper_files
from tests.fakes.sample_policy import SamplePolicy, plain_lines
from tests.fakes.table_sink import TableSink

LITTLE_MEMORY = {"ingest_max_memory_mb": 600}
POLICY = "\n".join(plain_lines(SamplePolicy())).encode()


@pytest.fixture
def sink(tmp_path: Path) -> TableSink:
    return TableSink(tmp_path / "documents.db")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def run(tmp_path: Path, sink: TableSink, inbox: Path):
    def run(**settings):
        settings = IngestSettings(data_dir=tmp_path / "data", **settings)
        return ingest_files([inbox], sink, workers=1, settings=settings)

    return run


@pytest.mark.parametrize(
    ("name", "make", "settings", "reason"),
    [
        pytest.param(
            "长.txt",
            hostile_files.with_a_long_paragraph,
            {},
            Reason.PARAGRAPH_TOO_LONG,
            id="a-paragraph-of-10-MB",
        ),
        pytest.param(
            "长.docx",
            hostile_files.word_file_with_a_long_paragraph,
            {},
            Reason.PARAGRAPH_TOO_LONG,
            id="the-same-in-a-word-file",
        ),
        pytest.param(
            "碎.txt",
            hostile_files.with_many_paragraphs,
            {},
            Reason.TOO_MANY_PARAGRAPHS,
            id="a-million-paragraphs",
        ),
        pytest.param(
            "宽.html",
            hostile_files.page_with_cells_over_cells,
            LITTLE_MEMORY,
            Reason.PARAGRAPH_TOO_LONG,
            id="cells-over-a-million-cells",
        ),
        pytest.param(
            "满.html",
            hostile_files.page_with_a_full_cell_over_many,
            LITTLE_MEMORY,
            Reason.PARAGRAPH_TOO_LONG,
            id="a-full-cell-over-many",
        ),
        pytest.param(
            "宽.docx",
            hostile_files.word_file_with_cells_over_cells,
            LITTLE_MEMORY,
            Reason.PARAGRAPH_TOO_LONG,
            id="a-cell-over-a-million-columns-in-a-word-file",
        ),
        pytest.param(
            "宽.md",
            hostile_files.markdown_of_one_wide_row,
            LITTLE_MEMORY,
            Reason.PARAGRAPH_TOO_LONG,
            id="one-row-wider-than-all-others",
        ),
        pytest.param(
            "条.txt",
            lambda: hostile_files.with_many_clauses(300),
            {"ingest_max_clauses": 200},
            Reason.TOO_MANY_PARAGRAPHS,
            id="many-clauses",
        ),
        pytest.param(
            "书.txt",
            lambda: POLICY * 20,
            {"ingest_max_characters": 5000},
            Reason.TOO_MUCH_TEXT,
            id="a-book",
        ),
        pytest.param(
            "内存.docx",
            hostile_files.word_file_that_eats_memory,
            {"ingest_max_memory_mb": 600},
            Reason.TOO_MUCH_MEMORY,
            id="one-that-eats-memory",
        ),
        pytest.param(
            "挂起.pdf",
            lambda: paper_files.blank_scans_pdf(300),
            {"ingest_max_s": 3},
            Reason.TIMED_OUT,
            id="one-that-goes-on-page-after-page",
        ),
    ],
)
def test_a_file_that_asks_too_much_is_set_aside_and_the_next_is_read(
    run, sink, inbox, name, make, settings, reason
):
    (inbox / name).write_bytes(make())
    (inbox / "次.txt").write_bytes(POLICY)

    hostile, good = sorted(run(**settings).outcomes, key=lambda o: o.path.name != name)

    assert (hostile.ending, hostile.reason) == (Ending.QUARANTINED, reason)
    note = json.loads(hostile.quarantined_as.with_suffix(".json").read_text("utf-8"))
    assert note["message"] == hostile.message
    assert note["message"].endswith("。")
    assert note["advice"].startswith("请")
    assert good.ending is Ending.INDEXED
    assert sink.only().number
    assert multiprocessing.active_children() == []


def test_what_is_within_the_bounds_is_read_with_little_memory(run, sink, inbox):
    (inbox / "a.txt").write_bytes(hostile_files.with_many_clauses(400))

    (outcome,) = run(ingest_max_memory_mb=300).outcomes

    assert outcome.ending is Ending.INDEXED
    assert len(sink.only().clauses) > 400


def test_a_file_that_was_given_up_is_not_even_begun(run, sink, inbox, tmp_path):
    scan = inbox / "扫描.pdf"
    scan.write_bytes(paper_files.blank_scans_pdf(300))
    given_up = give_up(scan, tmp_path / "data")
    began = time.monotonic()

    (outcome,) = run().outcomes

    assert given_up.reason is outcome.reason is Reason.INTERRUPTED
    assert outcome.advice.startswith("请")
    assert time.monotonic() - began < 3
    assert sink.documents() == {}
