"""What the model gets to see, and that everything comes back."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.answering.texts import say
from knowledge.llm.check import check_line
from knowledge.llm.tokens import TOKEN, TokenTable

POLICY_WORDS = st.sampled_from(
    [
        *"〔〕《》（）[]、。；，\n 一二三十百万元年月日起前",
        *["不超过", "济宁市", "30万元", "[1]", "[2][3]", "2023年10月1日", "百分之五十", "LPR+50BP"],
        *[
            "《办法（2023年）》（财金〔2023〕75号）",
            "（待核实）",
            "以经办机构为准",
            "〔f1〕",
            "个人",
            "应当",
        ],
    ]
)
TEXTS = st.one_of(st.text(), st.lists(POLICY_WORDS).map("".join))


@given(TEXTS)
@example("〔f1〕12〔f2〕")
def test_what_was_hidden_comes_back(text):
    table = TokenTable()

    assert table.restore(table.hide(text)) == text


@given(TEXTS)
def test_a_hidden_text_has_no_figure_and_passes_its_own_check(text):
    table = TokenTable()
    hidden = table.hide(text)

    assert not re.search(r"\d|[A-Za-z]", TOKEN.sub("", hidden))
    check_line(hidden, hidden, table)


@pytest.mark.parametrize(
    ("line", "hidden"),
    [
        (
            "山东省个人最高额度：30万元（2023年12月起）[1]。",
            "〔p1〕个人最高额度：〔f1〕〔w1〕〔c1〕。",
        ),
        ("合计90万元，按不超过合计的110%计算[2][3]", "合计〔f1〕，按不超过合计的〔f2〕计算〔c1〕"),
        ("不超过三年，百分之五十，LPR+50BP", "〔f1〕，〔f2〕，〔f3〕"),
        (
            "《普惠金融发展专项资金管理办法（2023年修订）》（财金〔2023〕75号）：期满还本",
            "〔t1〕：期满还本",
        ),
        ("上限99万元（同时不超过400万元（[3]））[1]", "上限〔f1〕〔w1〕〔c1〕"),
        ("咨询12333或abc@example.com", "咨询〔f1〕或〔f2〕"),
        ("每人2次，以经办机构为准", "每人〔f1〕，〔w1〕"),
    ],
)
def test_figures_citations_titles_and_places_become_tokens(line, hidden):
    assert TokenTable().hide(line) == hidden


@pytest.mark.parametrize(
    "key",
    [f"standing-{one}" for one in ("unconfirmed", "ended", "draft")],
)
def test_every_warning_of_the_catalog_travels_as_a_token(key):
    line = say(key, cite="[1]")

    assert "〔w1〕" in TokenTable().hide(line)
    assert "〔w1〕" in TokenTable().hide(say("figure-doubt"))
