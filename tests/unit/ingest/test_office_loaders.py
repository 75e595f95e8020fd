"""DOCX, DOC, HTML, Markdown, text: what a person reads in them comes out."""

import io
import re

import docx
import pytest
from docx.oxml import OxmlElement

from ingest.content import Paragraph, Table
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.base import LoadLimits
from ingest.loaders.registry import load
from tests.fakes import office_files
from tests.fakes.sample_policy import TABLE, SamplePolicy

POLICY = SamplePolicy()
FILES = {
    "docx": office_files.word_file(POLICY),
    "doc": office_files.legacy_word_file(POLICY),
    "html": office_files.portal_page(POLICY).encode(),
    "markdown": office_files.markdown(POLICY).encode(),
}


def items_of(data):
    content = load(data, LoadLimits(), lambda _page, _pages: None)
    return [item for page in content.pages for item in page.items]


def paragraphs_of(data):
    return [item.text for item in items_of(data) if isinstance(item, Paragraph)]


def tables_of(data):
    return [item for item in items_of(data) if isinstance(item, Table)]


@pytest.mark.parametrize("kind", FILES)
def test_every_paragraph_comes_out_in_order(kind):
    text = "\n".join(paragraphs_of(FILES[kind]))
    places = [text.find(paragraph) for paragraph in POLICY.body]
    assert -1 not in places
    assert places == sorted(places)


@pytest.mark.parametrize("kind", FILES)
def test_a_table_stays_a_table(kind):
    assert TABLE in [table.rows for table in tables_of(FILES[kind])]


def test_numbers_that_word_counts_itself_are_part_of_the_text():
    data = office_files.numbered_word_file(["为支持创业，制定本办法。", "最高额度30万元。"])
    assert paragraphs_of(data)[1:] == ["第一条 为支持创业，制定本办法。", "第二条 最高额度30万元。"]


def test_merged_word_cells_speak_in_each_place_they_cover():
    document = docx.Document()
    document.add_paragraph("下表为演示，列出各类借款主体的最高额度和期限，供试验程序使用。")
    table = document.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "个人"
    table.cell(0, 1).text, table.cell(1, 1).text = "30万元", "3年"
    data = _saved(document)
    assert tables_of(data)[0].rows == (("个人", "30万元"), ("个人", "3年"))


def test_deleted_text_of_tracked_changes_is_gone():
    document = docx.Document()
    paragraph = document.add_paragraph("演示条款：个人最高额度为30万元，期限最长为3年。")
    deleted = OxmlElement("w:del")
    run = OxmlElement("w:r")
    text = OxmlElement("w:delText")
    text.text = "原额度20万元"
    run.append(text)
    deleted.append(run)
    paragraph._p.append(deleted)
    inserted = OxmlElement("w:ins")
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "自印发之日起执行。"
    run.append(text)
    inserted.append(run)
    paragraph._p.append(inserted)
    assert paragraphs_of(_saved(document)) == [
        "演示条款：个人最高额度为30万元，期限最长为3年。自印发之日起执行。"
    ]


def test_word_headings_keep_their_level():
    document = docx.Document()
    document.add_heading("额度（演示）", level=2)
    document.add_paragraph("个人最高额度为30万元，小微企业最高额度为400万元。")
    assert items_of(_saved(document))[0] == Paragraph("额度（演示）", level=2)


def test_field_codes_of_old_word_files_are_not_text():
    text = "".join(paragraphs_of(FILES["doc"]))
    assert "详见演示网站" in text
    assert "HYPERLINK" not in text


def test_text_boxes_of_old_word_files_are_text_and_headers_are_not():
    text = "".join(paragraphs_of(FILES["doc"]))
    assert "文本框里的演示文字" in text
    assert "页眉" not in text


def test_a_web_page_loses_its_navigation_and_scripts_only():
    text = "".join(paragraphs_of(FILES["html"]))
    assert not re.search("首页|政务公开|脚本|版权所有|网站地图", text)
    assert POLICY.title in text


def test_the_data_sheet_of_a_portal_is_kept_for_the_head():
    shown = "".join(
        cell for table in tables_of(FILES["html"]) for row in table.rows for cell in row
    )
    assert POLICY.number in shown
    assert POLICY.issued in shown


def test_merged_cells_of_web_tables_speak_in_each_place_they_cover():
    page = (
        "<html><body><p>下表为演示，列出各类借款主体的最高额度和期限。</p><table>"
        "<tr><td rowspan=2>个人</td><td>30万元</td></tr><tr><td>3年</td></tr></table></body></html>"
    )
    assert tables_of(page.encode())[0].rows == (("个人", "30万元"), ("个人", "3年"))


def test_markdown_marks_are_not_text():
    data = "## 额度（演示）\n\n个人**最高30万元**，见[公开说明](http://example.invalid)全文，文字均为演示。\n"
    assert paragraphs_of(data.encode()) == [
        "额度（演示）",
        "个人最高30万元，见公开说明全文，文字均为演示。",
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(office_files.zip_bomb(), Reason.ZIP_BOMB, id="zip-bomb"),
        pytest.param(FILES["docx"][:9000], Reason.DAMAGED, id="half-a-docx"),
        pytest.param(FILES["doc"][:2000], Reason.DAMAGED, id="half-a-doc"),
        pytest.param(b"<html><body><p>hi</p></body></html>", Reason.NO_TEXT, id="empty-page"),
    ],
)
def test_unreadable_office_files_are_refused_with_their_reason(data, reason):
    with pytest.raises(UnreadableFileError) as refused:
        items_of(data)
    assert refused.value.reason is reason


def test_an_archive_larger_than_allowed_is_not_unpacked():
    with pytest.raises(UnreadableFileError) as refused:
        load(FILES["docx"], LoadLimits(max_unpacked=1000), lambda _page, _pages: None)
    assert refused.value.reason is Reason.ZIP_BOMB


def _saved(document):
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()
