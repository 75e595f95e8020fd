"""A bureau adds its own policies beside those that ship."""

from datetime import date
from pathlib import Path

import pytest

from knowledge.answering.models import Question
from knowledge.app import build_knowledge
from knowledge.corpus.loader import DIGEST_NOTE
from knowledge.errors import ParameterError

DOCUMENT = f"""---
id: demo-2026
title: 演示市创业担保贷款办法
kind: policy
issuers: [演示局]
region: "370800"
effective_from: 2026-06-01
status: in_force
sources: [{{title: 演示, url: null, kind: seed}}]
---

{DIGEST_NOTE}

## 个人额度 {{#amount topics=amount subject=personal}}

自2026年6月1日起，个人创业担保贷款最高额度为35万元。
"""


def policies(folder: Path, yuan: int) -> Path:
    document = folder / "documents" / "370800" / "demo-2026.md"
    document.parent.mkdir(parents=True)
    document.write_text(DOCUMENT, "utf-8")
    rows = folder / "parameters" / "370000.yaml"
    rows.parent.mkdir()
    row = f'{{region: "370800", from: 2026-06-01, value: {yuan}, clause: demo-2026#amount}}'
    rows.write_text(f"amount.personal:\n  - {row}\n", "utf-8")
    return folder


def test_the_own_figure_is_answered_with_the_own_clause(tmp_path):
    knowledge = build_knowledge(
        policies=policies(tmp_path, 350_000), today=lambda: date(2026, 11, 23)
    )

    answer = knowledge.assistant.answer(Question(question="济宁个人最多能贷多少"))

    assert "35万元" in answer.text
    assert answer.citations[0].document_id == "demo-2026"


def test_a_figure_that_its_clause_does_not_hold_is_refused(tmp_path):
    with pytest.raises(ParameterError, match="demo-2026#amount does not contain 36万"):
        build_knowledge(policies=policies(tmp_path, 360_000))
