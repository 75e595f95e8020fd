"""What the head of a document says, as officials write it."""

import pytest

from ingest.content import Paragraph
from ingest.metadata.reader import read_head
from ingest.normaliser.normaliser import CleanText
from knowledge.documents import DocumentKind


def head_of(text, title=None):
    items = tuple(Paragraph(line) for line in text.strip().split("\n"))
    return read_head(CleanText(items, title)), [item.text for item in items]


def kept(head, lines):
    return [line for index, line in enumerate(lines) if index not in head.used]


RED_HEAD = """济宁市人力资源和社会保障局
济宁市财政局文件
济人社发[2021]5号 签发人：张三
关于进一步做好全市创业担保贷款
贴息工作有关事项的通知（演示）
各县（市、区）人力资源社会保障局、财政局，济宁高新区、太白湖新区人力资源部、财政局：
根据财金〔2020〕21号精神，现就有关事项通知如下：
一、个人额度最高20万元。
（此页无正文）
济宁市人力资源和社会保障局 济宁市财政局
2021年3月2日
（此件主动公开）
济宁市人力资源和社会保障局办公室 2021年3月3日印发"""


def test_a_red_head_is_read_whole():
    head, lines = head_of(RED_HEAD)
    assert head.title == "关于进一步做好全市创业担保贷款贴息工作有关事项的通知（演示）"
    assert head.number == "济人社发〔2021〕5号"
    assert head.issuers == ("济宁市人力资源和社会保障局", "济宁市财政局")
    assert head.issued.text == "2021-03-02"
    assert head.region == "370800"
    assert head.kind is DocumentKind.POLICY
    assert kept(head, lines) == lines[6:8]


def test_joint_national_issuers_hold_for_the_nation():
    head, _ = head_of(
        "财政部 人力资源社会保障部 中国人民银行关于修订发布《演示办法》的通知\n"
        "财金〔2023〕7500号\n各省、自治区、直辖市财政厅（局）：\n现将办法印发给你们。\n"
        "财政部\n人力资源社会保障部\n中国人民银行\n二〇二三年九月二十八日"
    )
    assert head.issuers == ("财政部", "人力资源社会保障部", "中国人民银行")
    assert (head.region, head.issued.text) == ("100000", "2023-09-28")


def test_a_branch_of_the_central_bank_is_one_issuer():
    head, lines = head_of(
        "重庆市财政局 中国人民银行重庆市分行\n关于印发演示办法的通知\n渝财规〔2024〕3号\n"
        "第一条 个人最高30万元。"
    )
    assert head.issuers == ("重庆市财政局", "中国人民银行重庆市分行")
    assert kept(head, lines) == lines[3:]


def test_the_narrower_place_is_where_it_holds():
    head, _ = head_of(
        "济宁市任城区人民政府办公室关于印发任城区创业担保贷款办法（演示）的通知\n"
        "任政办字〔2022〕8号\n第一条 演示。\n任城区人民政府办公室\n2022年6月1日"
    )
    assert head.region == "370811"


def test_the_number_of_a_cited_document_is_not_its_own():
    head, _ = head_of(
        "关于转发《演示办法》（鲁演发〔2020〕9号）的通知\n根据鲁演发〔2020〕9号，通知如下。"
    )
    assert head.number is None


def test_labels_of_a_portal_go_before_guesses():
    head, _ = head_of(
        "发文字号：济演发〔2023〕12号 成文日期：2023年9月15日\n发文机关：济宁市财政局\n"
        "有效性：已废止\n演示办法的通知\n第一条 演示。"
    )
    assert head.number == "济演发〔2023〕12号"
    assert head.issuers == ("济宁市财政局",)
    assert head.issued.text == "2023-09-15"
    assert head.is_declared_void


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("关于公开征求《演示办法（征求意见稿）》意见的公告\n第一条 演示。", DocumentKind.DRAFT),
        ("济宁市创业担保贷款政策问答\n问：什么人可以申请？\n答：演示。", DocumentKind.QA),
        ("济宁市创业担保贷款办事指南\n一、条件\n演示。", DocumentKind.GUIDE),
        ("济宁市：让创业者贷得到款\n今年以来，全市发放贷款。", DocumentKind.PRACTICE_REPORT),
    ],
)
def test_the_kind_is_told_by_the_title(text, kind):
    assert head_of(text)[0].kind is kind


def test_a_text_without_head_has_no_invented_attributes():
    head, _ = head_of("创业是就业之源，是发展之基础。近年来，不断完善扶持政策。")
    assert (head.title, head.number, head.issuers, head.issued, head.region) == (
        None,
        None,
        (),
        None,
        None,
    )


def test_the_colophon_is_no_part_of_the_last_clause():
    head, lines = head_of(
        """济宁市财政局关于创业担保贷款额度的通知
一、个人最高贷款额度为30万元。
抄送：省财政厅，市委办公室，市政府办公室。
济宁市财政局办公室 2025年5月6日印发
共印50份"""
    )
    assert kept(head, lines) == ["一、个人最高贷款额度为30万元。"]
