"""Whatever is typed gets an answer that keeps its promises, never an error."""

import re
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.answering.models import AnswerStatus, Question
from knowledge.answering.pipeline import PolicyAssistant
from knowledge.app import build_knowledge

PIECES = [
    *(
        "额度",
        "2018年",
        "合伙3人",
        "贷20万三年",
        "0W",
        "利息",
        "LPR",
        "〔2023〕",
        "[1]",
        "{}",
        "%s",
    ),
    *(
        "🙂",
        "50%",
        "-1",
        "2019-13-45",
        "但保",
        "danbao",
        "磁带长度",
        "呢",
        "；",
        "济宁市",
        "朝阳区",
    ),
    *("监利县", "凉山西昌", "东莞", "退休", "前夫", "企业招5人", "\x00", "\n", "\u3000"),
]
TEXTS = st.one_of(
    st.text(max_size=60), st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
)


@cache
def assistant() -> PolicyAssistant:
    return build_knowledge().assistant


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=TEXTS.filter(str.strip))
def test_any_text_gets_an_answer_whose_citations_hold(text):
    answer = assistant().answer(Question(question=text))

    assert answer.text
    assert answer.status is not AnswerStatus.FAILED
    assert {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)} == {
        citation.n for citation in answer.citations
    }
