"""What is not the text's last word must not become a figure: struck, hidden, raised, stamped."""

import io

import docx
import pytest

from ingest.content import Paragraph
from ingest.loaders.base import LoadLimits
from ingest.loaders.registry import load
from ingest.normaliser.normaliser import normalise_content
from tests.fakes.paper_files import CHROMIUM, ofd_form, print_page

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium prints the PDF")
TITLE = "某市人力资源和社会保障局关于创业担保贷款额度的通知"
FILLER = "各区县人力资源社会保障局、财政局，各经办银行：现将本市创业担保贷款有关事项通知如下。"
STYLE = "<meta charset=utf-8><style>body{font:15pt/1.8 'Noto Serif CJK SC',serif}p{margin:0}"


def text_of(data):
    return normalise_content(load(data, LoadLimits(), lambda _page, _pages: None)).text


def word(*runs):
    """A notice whose last paragraph is made of runs: text, and what is said of it."""
    document = docx.Document()
    document.add_paragraph(TITLE)
    document.add_paragraph(FILLER)
    paragraph = document.add_paragraph()
    for text, *said in runs:
        run = paragraph.add_run(text)
        for name in said:
            setattr(run.font, name, True)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def page(body, head=""):
    return (
        f"<html><head>{head}</head><body><h1>{TITLE}</h1><p>{FILLER}</p><p>{body}</p></body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("runs", "read"),
    [
        ([("个人最高",), ("20", "strike"), ("30万元。",)], "个人最高30万元。"),
        ([("个人最高",), ("20", "double_strike"), ("30万元。",)], "个人最高30万元。"),
        ([("个人最高30万元。",), ("旧版为50万元。", "hidden")], "个人最高30万元。"),
        ([("个人最高30",), ("1", "superscript"), ("万元。",)], "个人最高30万元。"),
        ([("个人最高30",), ("[2]", "superscript"), ("万元。",)], "个人最高30万元。"),
        ([("每户10",), ("4", "superscript"), ("元。",)], "每户10^4元。"),
    ],
)
def test_a_word_file_says_what_its_reader_sees(runs, read):
    assert text_of(word(*runs)).endswith(read)


@pytest.mark.parametrize(
    ("body", "head", "read"),
    [
        ("个人最高<s>20</s>30万元。", "", "个人最高30万元。"),
        ("个人最高<del>20万元</del>30万元。", "", "个人最高30万元。"),
        ('个人最高<span style="text-decoration: line-through">20</span>30万元。', "", "高30万元。"),
        ('个人最高30万元。<span style="visibility:hidden">50万元</span>', "", "个人最高30万元。"),
        (
            '个人最高30万元。<b class="old note">50万元</b>',
            "<style>p{margin:0} .old, .x {display: none}</style>",
            "个人最高30万元。",
        ),
        ("个人最高30<sup>1</sup>万元。", "", "个人最高30万元。"),
        ("个人最高30<sup><a href='#n'>①</a></sup>万元。", "", "个人最高30万元。"),
        ("每户10<sup>4</sup>元。", "", "每户10^4元。"),
    ],
)
def test_a_web_page_says_what_its_reader_sees(body, head, read):
    assert text_of(page(body, head)).endswith(read)


@needs_chromium
@pytest.mark.parametrize(
    ("body", "read", "unread"),
    [
        ("<p>个人最高<s>20</s>30万元。</p>", "个人最高30万元。", "20"),
        ("<p>个人最高30<sup>1</sup>万元，期限3年。</p>", "个人最高30万元，期限3年。", "301"),
        (
            "<p>个人最高30万元，期限3年。</p><div style='position:fixed;top:40%;left:10%;"
            "font-size:60pt;transform:rotate(-35deg);color:#d8d8d8'>内部资料50万元</div>",
            "个人最高30万元，期限3年。",
            "50",
        ),
    ],
)
def test_a_printed_page_says_what_its_reader_sees(tmp_path, body, read, unread):
    text = text_of(print_page(f"{STYLE}</style><h2>{TITLE}</h2><p>{FILLER}</p>{body}", tmp_path))

    assert read in text
    assert unread not in text


@needs_chromium
def test_two_columns_are_read_one_after_the_other(tmp_path):
    left = "第一条　个人最高贷款额度为30万元，期限最长3年，由经办银行按规定审核发放，逐笔登记。" * 3
    right = "第二条　小微企业最高贷款额度为400万元，期限最长2年，由担保机构审核后出具意见。" * 3
    body = (
        f"{STYLE} .two{{column-count:2;column-gap:12mm}}</style><h2>{TITLE}</h2>"
        f"<div class=two><p>{left}</p><p style='break-before:column'>{right}</p></div>"
    )

    text = text_of(print_page(body, tmp_path)).replace("\n", "")

    assert left.replace("　", " ") in text
    assert right.replace("　", " ") in text


def test_a_number_below_the_title_stays_apart(tmp_path):
    if CHROMIUM is None:
        pytest.skip("Chromium prints the PDF")
    body = (
        f"{STYLE} h2,.c{{text-align:center;font-weight:normal;font-size:15pt}}</style>"
        f"<h2>某市人力资源和社会保障局关于进一步做好全市创业担保贷款工作有关事项的通知</h2>"
        f"<p class=c>某人社发〔2025〕52号</p><p>{FILLER}</p>"
    )

    items = normalise_content(
        load(print_page(body, tmp_path), LoadLimits(), lambda _page, _pages: None)
    ).items

    assert "某人社发〔2025〕52号" in [one.text for one in items if isinstance(one, Paragraph)]


def test_the_form_around_the_values_of_an_ofd_is_read():
    text = text_of(ofd_form((TITLE, "个人最高贷款额度："), [(1, "30万元")]))

    assert TITLE in text
    assert "个人最高贷款额度：30万元" in "".join(text.split())
