import pytest

from ingest.content import FileContent, FileKind, Line, Page, Paragraph, Table
from ingest.normaliser.characters import fold
from ingest.normaliser.normaliser import normalise_content

WIDE = 400.0


def clean(*items):
    return normalise_content(FileContent(FileKind.TEXT, (Page(tuple(items)),)))


def texts(clean_text):
    return [item.text for item in clean_text.items]


def line(text, *, left=80.0, right=WIDE, **more):
    return Line(text, left, right, 15.0, **more)


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        pytest.param("返鄉(xiāng)創(chuàng)業(yè)", "返鄉創業", id="pinyin-glosses"),
        pytest.param("⾸⻚ 政务⻓廊", "首页 政务长廊", id="radicals-in-place-of-characters"),
        pytest.param("最高３０万元", "最高30万元", id="full-width-digits"),
        pytest.param("济 宁 市 财 政 局", "济宁市财政局", id="letters-spread-out"),
        pytest.param("个人\u200b额度\xad", "个人额度", id="invisible-marks"),
        pytest.param("表 1　额度", "表 1 额度", id="meant-spaces-stay"),
        pytest.param("办法（试行）、“贷款”；", "办法（试行）、“贷款”；", id="punctuation-stays"),
    ],
)
def test_characters_are_brought_into_the_form_of_the_corpus(printed, meant):
    assert fold(printed) == meant


def test_traditional_documents_become_simplified_tables_included():
    result = clean(
        Paragraph("個人創業擔保貸款最高額度，凝聚著眾人的著作。"), Table((("額度", "三十萬元"),))
    )
    assert (
        result.text
        == "个人创业担保贷款最高额度，凝聚着众人的著作。\n| 额度 | 三十万元 |\n| --- | --- |"
    )


def test_a_single_old_character_in_a_name_is_left_alone():
    text = "乾县就业服务中心受理创业担保贷款申请，地址和电话另行公布，文字均为演示，请以公告为准。"
    assert texts(clean(Paragraph(text * 2))) == [text * 2]


def test_wrapped_lines_become_paragraphs():
    result = clean(
        line("个人创业担保贷款最高额度为", left=110),
        line("30万元，期限最长3年。", right=240),
        line("小微企业最高额度为400万元。", left=110, right=350),
        line("第三条 申请人应当具备条件。", left=110, right=380),
    )
    assert texts(result) == [
        "个人创业担保贷款最高额度为30万元，期限最长3年。",
        "小微企业最高额度为400万元。",
        "第三条 申请人应当具备条件。",
    ]


def test_a_number_split_before_its_year_is_put_together():
    result = clean(line("原办法（济演发", right=300), line("〔2019〕3号）同时废止。", right=240))
    assert texts(result) == ["原办法（济演发〔2019〕3号）同时废止。"]


def test_signature_and_date_at_the_right_margin_stay_apart():
    result = clean(
        line("本办法自印发之日起施行。", right=300),
        line("济宁市财政局", left=310),
        line("2023年9月15日", left=300),
    )
    assert texts(result)[1:] == ["济宁市财政局", "2023年9月15日"]


def test_a_sentence_runs_on_over_the_page():
    pages = (Page((line("个人最高额度为"),)), Page((line("30万元。", right=150),)))
    result = normalise_content(FileContent(FileKind.PDF, pages))
    assert texts(result) == ["个人最高额度为30万元。"]


def test_page_numbers_and_running_heads_are_dropped():
    pages = tuple(
        Page(
            (line("演示文件汇编"), line(f"第{n}条 内容。", right=200), line(f"— {n} —", right=230))
        )
        for n in "一二三四"
    )
    numbered = tuple(
        Page((*page.items[:2], line(f"— {n} —", right=230))) for n, page in enumerate(pages, 1)
    )
    result = normalise_content(FileContent(FileKind.PDF, numbered))
    assert texts(result) == [f"第{n}条 内容。" for n in "一二三四"]


def test_a_table_cut_by_a_page_break_is_made_whole():
    head = ("主体", "额度")
    pages = (
        Page((Table((head, ("个人", "30万元"))),)),
        Page((Table((head, ("企业", "400万元"))),)),
    )
    (table,) = normalise_content(FileContent(FileKind.PDF, pages)).items
    assert table.rows == (head, ("个人", "30万元"), ("企业", "400万元"))


def test_what_a_web_page_leaves_around_a_copied_text_goes():
    result = clean(
        Paragraph("首页 百科知识 演示"),
        Paragraph("个人最高额度为30万元。"),
        Paragraph("【演示标题】相关文章:"),
        Paragraph("演示文章甲02-25"),
        Paragraph("演示文章乙02-21"),
    )
    assert texts(result) == ["个人最高额度为30万元。"]


def test_related_links_inside_a_text_stay():
    items = [Paragraph("相关链接："), Paragraph("个人最高额度为30万元，期限最长3年。")]
    assert texts(clean(Paragraph("演示。"), *items))[1:] == [item.text for item in items]


@pytest.mark.parametrize("text", ["担保?;鸬风险", "担保\ufffd金"])
def test_lost_characters_are_noticed(text):
    assert clean(Paragraph(text)).is_garbled
    assert not clean(Paragraph("什么人可以申请？见下文；")).is_garbled
