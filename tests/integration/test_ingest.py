"""Files in, documents out: the whole way, with worker processes and real recognition."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.errors import Reason
from ingest.pipeline import ingest_files
from ingest.report import Ending
from ingest.settings import IngestSettings
from knowledge.documents import DocumentStatus
from tests.fakes import office_files, paper_files
from tests.fakes.sample_policy import ISSUERS, SamplePolicy, plain_lines
from tests.fakes.table_sink import TableSink

POLICY = SamplePolicy()


def numbered(serial):
    return POLICY.revised(number=f"济演发〔2023〕{serial}号")


def plain(policy):
    return "\n".join(plain_lines(policy)).encode()


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
    """Ingests the inbox, or the paths given."""

    def run(*paths, on_progress=lambda _progress: None, should_stop=lambda: False, **settings):
        return ingest_files(
            paths or [inbox],
            sink,
            on_progress=on_progress,
            should_stop=should_stop,
            settings=IngestSettings(data_dir=tmp_path / "data", **settings),
        )

    return run


@pytest.fixture(scope="module")
def printed(tmp_path_factory) -> bytes:
    return paper_files.print_pdf(POLICY, tmp_path_factory.mktemp("print"))


def endings(report):
    return {outcome.path.name: outcome.ending for outcome in report.outcomes}


def assert_is_the_policy(document, policy=POLICY):
    clauses = {clause.article: clause for clause in document.clauses if clause.article}
    assert document.title == policy.title
    assert document.number == policy.number
    assert document.region == "370800"
    assert document.effective_from.text == "2023-10-01"
    assert document.effective_to.text == "2028-09-30"
    assert document.supersession
    assert "济演发〔2019〕3号" in document.supersession
    assert clauses["第三条"].text == "个人创业担保贷款最高额度为30万元，期限最长3年。"
    assert clauses["第三条"].heading == "第二章 额度和条件 第三条"
    assert "（二）在本市创办企业或者从事个体经营，依法取得营业执照；" in clauses["第四条"].text
    assert not any(ISSUERS[0] in clause.text for clause in document.clauses)


def assert_has_issuers_and_date(document):
    assert document.issuers == ISSUERS
    assert document.issued.text == "2023-09-15"


def test_every_kind_of_file_becomes_the_policy_it_holds(run, sink, inbox):
    files = {
        "a.docx": office_files.word_file(numbered(1)),
        "b.doc": office_files.legacy_word_file(numbered(2)),
        "c.html": office_files.portal_page(numbered(3)).encode("gb18030"),
        "d.md": office_files.markdown(numbered(4)).encode(),
        "e.txt": office_files.wrapped_text(numbered(5)).encode("gb18030"),
        "f.ofd": paper_files.ofd(numbered(6)),
    }
    for name, data in files.items():
        (inbox / name).write_bytes(data)
    told = []
    report = run(on_progress=told.append)
    assert report.count(Ending.INDEXED) == len(files)
    assert [progress.done for progress in told] == [1, 2, 3, 4, 5, 6]
    for serial, outcome in enumerate(report.outcomes, start=1):
        document = sink.get(outcome.document_id)
        assert_is_the_policy(document, numbered(serial))
        if outcome.path.suffix != ".md":
            assert_has_issuers_and_date(document)
        if outcome.path.suffix not in (".txt", ".ofd"):
            assert any("| 小微企业 | 400万元 | 2年 |" in c.text for c in document.clauses)


def test_a_printed_pdf_becomes_the_policy(run, sink, inbox, printed):
    (inbox / "印发件.pdf").write_bytes(printed)
    run()
    assert_is_the_policy(sink.only())
    assert_has_issuers_and_date(sink.only())
    assert any("| 小微企业 | 400万元 | 2年 |" in clause.text for clause in sink.only().clauses)


def test_a_worn_scan_becomes_the_policy_page_by_page(run, sink, inbox, printed):
    (inbox / "扫描件.pdf").write_bytes(paper_files.scan_pdf(printed))
    told = []
    run(on_progress=told.append, ingest_ocr_dpi=150)
    assert_is_the_policy(sink.only())
    assert_has_issuers_and_date(sink.only())
    assert any("| 小微企业 | 400万元 | 2年 |" in clause.text for clause in sink.only().clauses)
    assert [(p.page, p.pages) for p in told if p.page] == [(1, 2), (2, 2)]
    assert any("扫描件" in note for note in sink.only().notes)
    (inbox / "电子版.pdf").write_bytes(printed)
    assert endings(run())["电子版.pdf"] is Ending.NEAR_DUPLICATE


def test_a_page_fed_sideways_is_read_and_one_nobody_can_read_is_named(run, sink, inbox):
    page = paper_files.text_page(plain_lines(POLICY)[:5])
    blurred = paper_files.blurred_page()
    (inbox / "a.pdf").write_bytes(paper_files.pictures_pdf([page.rotate(90, expand=True), blurred]))
    run()
    assert sink.only().number == POLICY.number
    assert any("第2页" in note for note in sink.only().notes)


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        pytest.param("加密.pdf", paper_files.encrypted_pdf(), Reason.ENCRYPTED, id="encrypted-pdf"),
        pytest.param("炸弹.docx", office_files.zip_bomb(), Reason.ZIP_BOMB, id="zip-bomb"),
        pytest.param("空.txt", b"", Reason.EMPTY, id="empty"),
        pytest.param("照片.pdf", b"\xff\xd8\xff" + bytes(99), Reason.UNSUPPORTED_KIND, id="photo"),
        pytest.param("半个.docx", b"PK\x03\x04half", Reason.DAMAGED, id="cut-off"),
        pytest.param("程序.txt", bytes(range(256)) * 9, Reason.UNKNOWN_KIND, id="machine-code"),
        pytest.param(
            "指南.txt",
            "办事指南（演示）\n一、条件\n具备创业能力的劳动者均可以申请。".encode(),
            Reason.REGION_UNKNOWN,
            id="a-rule-for-nowhere",
        ),
        pytest.param(
            "三百页.pdf",
            paper_files.blank_scans_pdf(300),
            Reason.TOO_MANY_SCANNED_PAGES,
            id="300-scanned-pages",
        ),
    ],
)
def test_bad_input_is_quarantined_with_reason_and_advice(
    run, sink, inbox, tmp_path, name, data, reason
):
    (inbox / name).write_bytes(data)
    (outcome,) = run(ingest_max_scanned_pages=200).outcomes
    assert (outcome.ending, outcome.reason) == (Ending.QUARANTINED, reason)
    assert outcome.message.endswith("。")
    assert outcome.advice.startswith("请")
    assert outcome.quarantined_as.read_bytes() == data
    note = json.loads(outcome.quarantined_as.with_suffix(".json").read_text("utf-8"))
    assert (note["file"], note["message"], note["advice"]) == (
        name,
        outcome.message,
        outcome.advice,
    )
    assert sink.documents() == {}
    assert (inbox / name).read_bytes() == data


def test_one_bad_file_does_not_hinder_the_others(run, sink, inbox):
    (inbox / "a.txt").write_bytes(plain(POLICY))
    (inbox / "b.pdf").write_bytes(paper_files.encrypted_pdf())
    report = run(inbox, inbox / "没有这个文件.pdf")
    assert endings(report) == {
        "a.txt": Ending.INDEXED,
        "b.pdf": Ending.QUARANTINED,
        "没有这个文件.pdf": Ending.QUARANTINED,
    }
    assert report.outcomes[2].reason is Reason.MISSING
    assert_is_the_policy(sink.only())


def test_a_wrong_extension_does_not_matter(run, sink, inbox):
    (inbox / "其实是文档.pdf").write_bytes(office_files.word_file(POLICY))
    run()
    assert_is_the_policy(sink.only())


def test_a_rule_without_place_takes_the_one_given(run, sink, inbox):
    text = "办事指南（演示）\n一、条件\n具备创业能力的劳动者均可以申请。"
    (inbox / "指南.txt").write_text(text, "utf-8")
    run()
    assert sink.documents() == {}
    run(ingest_region="370800")
    assert sink.only().region == "370800"
    assert not list((inbox.parent / "data" / "quarantine").iterdir())


def test_what_is_kept_is_not_read_again(run, sink, inbox):
    (inbox / "a.txt").write_bytes(plain(POLICY))
    (inbox / "copy.txt").write_bytes(plain(POLICY))
    assert list(endings(run()).values()) == [Ending.INDEXED, Ending.NEAR_DUPLICATE]
    before = sink.documents()
    (inbox / "copy.txt").rename(inbox / "renamed.txt")
    (inbox / "new.txt").write_bytes(plain(numbered(13)))
    assert endings(run()) == {
        "a.txt": Ending.UNCHANGED,
        "renamed.txt": Ending.UNCHANGED,
        "new.txt": Ending.INDEXED,
    }
    assert before.items() <= sink.documents().items()


def test_a_known_number_with_another_text_is_kept_beside_it(run, sink, inbox):
    (inbox / "a.txt").write_bytes(plain(POLICY))
    (first,) = run().outcomes
    (inbox / "b.txt").write_bytes(plain(POLICY.revised(limit="20万元", issued="2024年2月1日")))
    (inbox / "c.txt").write_bytes(plain(POLICY.revised(limit="10万元", issued="2025年2月1日")))
    report = run(inbox / "b.txt")
    (third,) = run(inbox / "c.txt").outcomes
    (second,) = report.outcomes
    assert second.ending is third.ending is Ending.NEW_VERSION
    assert "另一版本" in second.message
    documents = sink.documents()
    assert len(documents) == 3
    assert documents[first.document_id].status is DocumentStatus.SUPERSEDED
    assert documents[second.document_id].superseded_by == (third.document_id,)
    assert documents[third.document_id].status is DocumentStatus.IN_FORCE
    assert documents[third.document_id].conflicts


def test_a_repealed_document_is_retired_by_the_one_that_repeals_it(run, sink, inbox):
    old = POLICY.revised(
        number="济演发〔2019〕3号",
        title="济宁市创业担保贷款管理办法（演示）",
        issued="2019年1月2日",
        limit="15万元",
        closing="第六条 本办法自2019年2月1日起施行。",
    )
    (inbox / "new.txt").write_bytes(plain(POLICY))
    (kept,) = run().outcomes
    (inbox / "old.txt").write_bytes(plain(old))
    (retired,) = run(inbox / "old.txt").outcomes
    document = sink.get(retired.document_id)
    assert document.status is DocumentStatus.SUPERSEDED
    assert document.superseded_by == (kept.document_id,)
    assert document.effective_to.text == "2023-09-30"
    assert sink.get(kept.document_id).supersedes == (retired.document_id,)


def test_a_long_scan_can_be_cancelled_and_leaves_nothing_half_done(run, sink, inbox):
    (inbox / "a.txt").write_bytes(plain(POLICY))
    (inbox / "三百页.pdf").write_bytes(paper_files.blank_scans_pdf(300))
    pages = []
    report = run(
        on_progress=lambda progress: progress.page and pages.append(progress.page),
        should_stop=lambda: bool(pages),
    )
    assert endings(report)["三百页.pdf"] is Ending.CANCELLED
    assert "重新导入" in report.outcomes[1].message
    assert len(sink.documents()) == report.count(Ending.INDEXED)
    assert multiprocessing.active_children() == []


def test_a_file_that_kills_its_reader_harms_no_other(run, sink, inbox):
    (inbox / "a.pdf").write_bytes(paper_files.blank_scans_pdf(300))
    (inbox / "b.txt").write_bytes(plain(POLICY))

    def kill_the_reader(progress):
        if progress.page == 1:
            for child in multiprocessing.active_children():
                os.kill(child.pid, signal.SIGKILL)

    report = run(on_progress=kill_the_reader)
    assert report.outcomes[0].reason is Reason.WORKER_CRASHED
    assert endings(report)["b.txt"] in (Ending.INDEXED, Ending.QUARANTINED)
    run(inbox / "b.txt")
    assert_is_the_policy(sink.only())


def test_a_reader_that_falls_silent_is_given_up(run, inbox):
    (inbox / "a.pdf").write_bytes(paper_files.blank_scans_pdf(3))
    (outcome,) = run(ingest_silence_s=0.3).outcomes
    assert outcome.reason is Reason.TIMED_OUT


_INGEST = """
import sys
from pathlib import Path
from ingest.pipeline import ingest_files
from ingest.settings import IngestSettings
from tests.fakes.table_sink import TableSink

if __name__ == "__main__":
    inbox, data, database = map(Path, sys.argv[1:])
    ingest_files(
        [inbox],
        TableSink(database),
        settings=IngestSettings(data_dir=data),
        on_progress=lambda progress: print(progress.done, flush=True),
    )
"""


def test_killed_in_the_middle_and_run_again_everything_is_there_once(run, sink, inbox, tmp_path):
    count = 80
    for serial in range(1, count + 1):
        (inbox / f"{serial:03}.txt").write_bytes(plain(numbered(serial)))
    script = tmp_path / "ingest_script.py"
    script.write_text(_INGEST, "utf-8")
    command = [sys.executable, str(script), str(inbox), str(tmp_path / "data")]
    process = subprocess.Popen(
        [*command, str(tmp_path / "documents.db")],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        start_new_session=True,
    )
    for line in process.stdout:
        if int(line) >= 25:
            process.kill()
            break
    process.stdout.close()
    process.wait()
    assert_group_is_gone(process.pid)
    survivors = sink.documents()
    assert 25 <= len(survivors) < count
    report = run()
    assert report.count(Ending.UNCHANGED) == len(survivors)
    assert report.count(Ending.INDEXED) == count - len(survivors)
    assert {document.number for document in sink.documents().values()} == {
        numbered(serial).number for serial in range(1, count + 1)
    }
    for document in sink.documents().values():
        assert_is_the_policy(document, POLICY.revised(number=document.number))


def assert_group_is_gone(group):
    """Workers notice that nobody is there any more."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("a worker outlived the run that started it")
