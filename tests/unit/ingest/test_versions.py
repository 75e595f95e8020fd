"""Which document repeats, replaces or resembles another, and what becomes of the older one."""

from datetime import date
from pathlib import Path

import pytest

from ingest.assembly import assemble
from ingest.links import settle_links
from ingest.loaders.base import LoadLimits
from ingest.loaders.registry import load
from ingest.ports import SourceFile
from ingest.signature import SignatureTable, likeness, sign
from ingest.texts import say
from ingest.versions import Relation, Shelf, as_version, text_of
from knowledge.documents import DocumentStatus
from tests.fakes.sample_policy import SamplePolicy, plain_lines
from tests.fakes.table_sink import TableSink

POLICY = SamplePolicy()


def document_of(policy, *, without=(), today=date(2024, 1, 1)):
    lines = [line for line in plain_lines(policy) if not line.startswith(tuple(without))]
    content = load("\n".join(lines).encode(), LoadLimits(), lambda _page, _pages: None)
    return assemble(content, file_name="演示.txt", region=None, today=today)


@pytest.fixture
def compare(tmp_path: Path):
    """Compares a document with one that is kept."""

    def compare(document, *, kept):
        sink = TableSink(tmp_path / "documents.db")
        source = SourceFile("0" * 64, "演示.txt")
        sink.put(kept, source=source, signature=sign(text_of(kept)), changed=())
        return Shelf(sink).compare(document, sign(text_of(document))).relation

    return compare


def test_a_copy_with_other_spacing_is_the_same_text(compare):
    copy = POLICY.revised(closing=POLICY.closing.replace("。原", "。 原"))
    assert compare(document_of(copy), kept=document_of(POLICY)) is Relation.SAME_TEXT


def test_one_figure_makes_another_version(compare):
    revised = document_of(POLICY.revised(limit="20万元"))
    assert likeness(text_of(revised), text_of(document_of(POLICY))) > 0.9
    assert compare(revised, kept=document_of(POLICY)) is Relation.NEW_VERSION


def test_another_number_makes_another_document(compare):
    twin = document_of(POLICY.revised(number="济演发〔2024〕1号", limit="20万元"))
    assert compare(twin, kept=document_of(POLICY)) is Relation.NEW


def test_a_copy_without_its_last_articles_does_not_replace_the_whole(compare):
    excerpt = document_of(POLICY, without=["第五条"])
    assert compare(excerpt, kept=document_of(POLICY)) is Relation.SAME_TEXT
    assert compare_back_is_version(excerpt, document_of(POLICY))


def compare_back_is_version(excerpt, whole):
    """The whole replaces the excerpt, which came first."""
    version = as_version(whole, excerpt)
    return version.supersedes == (excerpt.id,)


def test_the_later_date_supersedes_whatever_came_first():
    older = document_of(POLICY.revised(issued="2022年1月5日"))
    newer = document_of(POLICY)
    assert as_version(newer, older).supersedes == (older.id,)
    assert as_version(older, newer).superseded_by == (newer.id,)


def test_a_scan_never_replaces_a_text_of_the_same_date():
    text = document_of(POLICY)
    misread = document_of(POLICY.revised(limit="80万元"))
    scan = misread.model_copy(update={"notes": (say("note-scanned"),)})
    assert as_version(scan, text).superseded_by == (text.id,)
    assert as_version(text, scan).supersedes == (scan.id,)


def test_versions_say_that_a_person_must_look():
    version = as_version(document_of(POLICY.revised(limit="20万元")), document_of(POLICY))
    assert [conflict.about for conflict in version.conflicts] == ["版本", "版本先后"]


def test_the_superseded_version_ends_the_day_before_its_successor_starts():
    old_closing = "第六条 本办法自2020年1月1日起施行。"
    older = document_of(POLICY.revised(number="济演发〔2019〕3号", closing=old_closing))
    newer = document_of(POLICY).model_copy(update={"supersedes": (older.id,)})
    settled = settle_links({older.id: older, newer.id: newer})
    assert settled[older.id].status is DocumentStatus.SUPERSEDED
    assert settled[older.id].effective_to.text == "2023-09-30"
    assert settled[older.id].superseded_by == (newer.id,)
    assert settled[older.id].in_force_on(date(2021, 6, 1))
    assert not settled[older.id].in_force_on(date(2023, 10, 1))
    assert settled[newer.id] == newer


def test_signatures_estimate_how_far_texts_agree():
    texts = [text_of(document_of(POLICY)), "完全不同的一段演示文字，说的是别的事情。" * 5]
    table = SignatureTable()
    for text in texts * 40:
        table.add(sign(text))
    estimates = table.estimate(sign(texts[0] + "另加一句演示。"))
    assert estimates[0] > 0.9
    assert estimates[1] < 0.1
    assert len(estimates) == 80


def test_documents_that_sound_alike_have_ids_of_their_own():
    ids = {
        document_of(POLICY.revised(number=number)).id
        for number in ("济演发〔2023〕12号", "冀演发〔2023〕12号", "济演发〔2023〕13号")
    }
    assert len(ids) == 3
    assert all("2023" in document_id for document_id in ids)
