"""An answer says which clause of which document, where and since when."""

import pytest

from api.contract.answers import CitationView
from bot.channels.citations import source_facts, source_title

CITATION = CitationView(
    n=2,
    document_id="demo",
    title="演示办法",
    number="演发〔2024〕1号",
    issuer=None,
    region="山东省济宁市",
    clause="amount-personal",
    clause_title="第三条 个人额度",
    quote="演示",
    effective_from="2024-03",
    effective_to="2027-02-28",
    in_force=True,
    url=None,
)


def test_the_clause_is_named():
    assert source_title(CITATION) == "[2] 《演示办法》（演发〔2024〕1号） 第三条 个人额度"


def test_a_document_without_number_has_no_empty_brackets():
    assert "（）" not in source_title(CITATION.model_copy(update={"number": None}))


@pytest.mark.parametrize(
    ("in_force", "said"), [(True, "现行"), (False, "已失效"), (None, "是否有效待核实")]
)
def test_it_says_where_since_when_and_whether_it_holds(in_force, said):
    facts = source_facts(CITATION.model_copy(update={"in_force": in_force}))

    assert facts == f"山东省济宁市 · {said} · 2024-03起 · 至2027-02-28"
