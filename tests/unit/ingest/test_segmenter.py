import pytest

from ingest.content import Paragraph, Table
from ingest.segmenter.cutter import split_sentences
from ingest.segmenter.segmenter import segment

TABLE = Table((("主体", "额度"), ("个人", "30万元")))


def clauses_of(*items):
    parts = [Paragraph(item) if isinstance(item, str) else item for item in items]
    return segment(parts, document_id="demo")


def addresses(clauses):
    return [(clause.id, clause.article) for clause in clauses]


def test_articles_are_clauses_below_their_chapter():
    clauses = clauses_of(
        "第一章 总 则",
        "第一条 为支持创业。",
        "第十条之一 合伙的，按人数计算。",
        "第二章额度",
        "第十一条 最高30万元。",
    )
    assert addresses(clauses) == [
        ("art-1", "第一条"),
        ("art-10-1", "第十条之一"),
        ("art-11", "第十一条"),
    ]
    assert [clause.heading for clause in clauses] == [
        "第一章 总则 第一条",
        "第一章 总则 第十条之一",
        "第二章 额度 第十一条",
    ]


def test_items_of_an_article_stay_in_it():
    (first, _) = clauses_of("第一条 条件如下：", "（一）甲；", "（二）乙。", "第二条 略。")
    assert first.text == "条件如下：\n（一）甲；\n（二）乙。"


def test_a_reference_to_an_article_starts_none():
    clauses = clauses_of("第一条 甲。", "第三条规定的条件，由市财政局解释。", "第二条 乙。")
    assert [clause.article for clause in clauses] == ["第一条", "第二条"]


def test_notices_without_articles_are_cut_at_their_outline():
    clauses = clauses_of(
        "现通知如下：",
        "一、额度",
        "（一）个人。最高30万元。",
        "（二）企业。最高400万元。",
        "二、施行",
        "（一）即日起。",
    )
    assert [clause.article for clause in clauses] == [
        None,
        "一、（一）",
        "一、（二）",
        "二、（一）",
    ]


def test_questions_keep_their_answers():
    clauses = clauses_of(
        "1.问：谁可以申请？", "答：重点群体。", "并有营业执照。", "2.问：多少？", "答：30万元。"
    )
    assert [clause.heading for clause in clauses] == ["谁可以申请？", "多少？"]
    assert clauses[0].text.endswith("并有营业执照。")


def test_a_table_is_a_clause_of_its_own_and_text_goes_on_behind_it():
    clauses = clauses_of("第一条 额度如下：", TABLE, "以上为演示。", "第二条 略。")
    assert "| 个人 | 30万元 |" in clauses[1].text
    assert clauses[1].article == "第一条"
    assert clauses[2].text == "以上为演示。"


def test_annexes_restart_the_articles_under_their_title():
    clauses = clauses_of(
        "第一条 通知。",
        "第二条 通知。",
        "附件：演示办法",
        "附件",
        "演示办法",
        "第一条 附件的条款。",
        "第二条 乙。",
    )
    assert clauses[-2].id == "annex1-art-1"
    assert clauses[-2].heading == "附件 演示办法 第一条"
    assert clauses[-2].text == "附件的条款。"


def test_a_long_article_becomes_parts_that_end_with_a_sentence():
    sentence = "本条为演示，说明担保基金对经办银行的担保倍数（不超过十倍。）和放大的办法。"
    clauses = clauses_of(f"第十条 {sentence * 30}", "第十条之一 另有规定。", "第十一条 略。")
    parts = [clause for clause in clauses if clause.article == "第十条"]
    assert len(parts) > 1
    assert all(len(part.text) <= 520 and part.text.endswith("办法。") for part in parts)
    assert "".join(part.text for part in parts) == sentence * 30
    assert len({clause.id for clause in clauses}) == len(clauses)


def test_nothing_is_left_out():
    texts = [
        "前言。",
        "第一章 总则",
        "第一条 甲。",
        "说明。",
        "附件1",
        "表",
        "一、乙",
        "（一）丙。",
        "落款",
    ]
    told = "".join(f"{c.heading}{c.article}{c.text}" for c in clauses_of(*texts))
    assert [
        text
        for text in ("前言。", "总则", "甲。", "说明。", "乙", "丙。", "落款")
        if text not in told
    ] == []


def test_repeated_numbers_get_ids_of_their_own():
    clauses = clauses_of("第一条 甲。", "第二条 乙。", "第一条 又甲。")
    assert len({clause.id for clause in clauses}) == 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("甲。乙！丙？", 3),
        ("他说：“最高30万元。”然后离开。", 2),
        ("条件（须有执照。）如下。", 1),
        ("未闭合的（括号。第二句。", 2),
    ],
)
def test_sentences_are_never_cut_inside(text, count):
    sentences = split_sentences(text)
    assert len(sentences) == count
    assert "".join(sentences) == text
