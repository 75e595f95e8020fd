"""What the loader refuses: broken links, empty clauses, unknown places, overlapping validity."""

import pytest

from knowledge.corpus.loader import DIGEST_NOTE, load_corpus
from knowledge.errors import CorpusError

FRONT = """---
id: {id}
title: 演示办法{id}
kind: policy
issuers: [演示局]
region: "{region}"
status: {status}
{more}
sources: [{{title: 演示, url: null, kind: seed}}]
---

{note}

"""
CLAUSE = "## 额度 {#amount topics=amount}\n\n个人额度30万元。\n"


def write(root, id_, *, region="370000", status="in_force", more="", body=CLAUSE, note=DIGEST_NOTE):
    folder = root / region
    folder.mkdir(parents=True, exist_ok=True)
    text = FRONT.format(id=id_, region=region, status=status, more=more, note=note) + body
    (folder / f"{id_}.md").write_text(text, "utf-8")


def refusal(root) -> str:
    with pytest.raises(CorpusError) as refused:
        load_corpus([root])
    return str(refused.value)


def test_a_sound_corpus_is_read(tmp_path):
    write(tmp_path, "a", status="superseded", more="effective_to: 2023-09-30\nsuperseded_by: [b]")
    write(tmp_path, "b", more="effective_from: 2023-10-01\nsupersedes: [a]")

    documents = load_corpus([tmp_path])

    assert documents["a"].clauses[0].text == "个人额度30万元。"


def test_a_broken_link_is_refused(tmp_path):
    write(tmp_path, "a", more="supersedes: [gone]")

    assert "a: links to gone" in refusal(tmp_path)


def test_a_clause_without_text_is_refused(tmp_path):
    write(tmp_path, "a", body="## 额度 {#amount topics=amount}\n\n" + CLAUSE.replace("#am", "#x"))

    assert "clause amount has no text" in refusal(tmp_path)


def test_an_unknown_region_is_refused(tmp_path):
    write(tmp_path, "a", region="999999")

    assert "unknown region 999999" in refusal(tmp_path)


def test_overlapping_validity_is_refused(tmp_path):
    write(tmp_path, "a", status="superseded", more="effective_to: 2024-01-01\nsuperseded_by: [b]")
    write(tmp_path, "b", more="effective_from: 2023-10-01")

    assert "a: still valid when b starts" in refusal(tmp_path)


def test_a_document_that_does_not_say_it_is_a_digest_is_refused(tmp_path):
    write(tmp_path, "a", note="")

    assert "digest note" in refusal(tmp_path)


def test_a_draft_is_never_in_force(tmp_path):
    write(tmp_path, "a")
    path = tmp_path / "370000" / "a.md"
    path.write_text(path.read_text("utf-8").replace("kind: policy", "kind: draft"), "utf-8")

    assert "a draft cannot be in force" in refusal(tmp_path)
