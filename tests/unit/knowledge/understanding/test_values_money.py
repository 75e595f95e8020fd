"""Sums of money in yuan; the values are worked out by hand."""

from decimal import Decimal

import pytest

from knowledge.understanding.values.money import Money, read_money

SUMS = {
    "20万": (200000, 200000), "20万两千": (202000, 202000), "0.2百万": (200000, 200000),
    "三万五": (35000, 35000), "二三十万": (200000, 300000), "十五六万": (150000, 160000),
    "壹拾伍万元整": (150000, 150000), "贰拾万元": (200000, 200000), "8w": (80000, 80000),
    "5k": (5000, 5000), "1.5个亿": (150000000, 150000000), "23块8": ("23.8", "23.8"),
    "两百块": (200, 200), "八毛": ("0.8", "0.8"), "五千元": (5000, 5000),
    # from life
    "三万块钱": (30000, 30000), "3000蚊": (3000, 3000), "¥200,000": (200000, 200000),
    "人民币二十万元": (200000, 200000), "200,000.00元": (200000, 200000),
    "12元5角5分": ("12.55",) * 2, "5000": (5000, 5000), "三千二": (3200, 3200),
    "3800": (3800, 3800), "6万8": (68000, 68000), "八个亿": (800000000, 800000000),
    "20wan": (200000, 200000), "十二萬": (120000, 120000), "一万两万": (10000, 20000),
    "20-30万": (200000, 300000), "五百到一千": (500, 1000), "50万整": (500000, 500000),
    "三毛五": ("0.35", "0.35"), "三五万块": (30000, 50000), "1.2万元": (12000, 12000),
    "一百八十万": (1800000, 1800000),
}  # fmt: skip

ESTIMATES = {
    "二十来万": (200000, 200000), "三千来块": (3000, 3000), "几十块钱": (20, 90),
    "四十几块": (41, 49), "九百多万": (9010000, 9990000), "万把块": (10000, 10000),
    "十万块左右": (100000, 100000), "一百块出头": (101, 199), "不到两百块": (180, 200),
    "两百块不到": (180, 200), "三四十来万": (300000, 400000), "两个多亿": (200000000, 300000000),
    "小十万": (90000, 100000), "百八十万": (800000, 1000000),
}  # fmt: skip


@pytest.mark.parametrize(("text", "ends"), SUMS.items())
def test_a_sum_is_read_in_yuan(text, ends):
    assert read_money(text) == Money(*map(Decimal, ends))


@pytest.mark.parametrize(("text", "ends"), ESTIMATES.items())
def test_a_loose_sum_is_an_estimate(text, ends):
    assert read_money(text) == Money(*map(Decimal, ends), about=True)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("20", 200000, 200000), ("三十", 300000, 300000), ("五十个", 500000, 500000),
     ("20个", 200000, 200000), ("20到30", 200000, 300000), ("一百二", 1200000, 1200000)],
)  # fmt: skip
def test_without_a_unit_wan_is_supposed_and_flagged(text, low, high):
    assert read_money(text) == Money(Decimal(low), Decimal(high), unit_missing=True)


def test_a_fee_is_what_was_said():
    assert read_money("八百").as_said().low == 800
    assert read_money("八百块").as_said() == read_money("八百块")


@pytest.mark.parametrize(
    ("text", "behind", "yuan"),
    [("20", "万行吗", 200000), ("一百", "万", 1000000), ("3千", "万的", 30000000),
     ("3", "百万", 3000000), ("960", "块，", 960), ("20", "w能", 200000), ("5", "毛钱", "0.5"),
     ("20", "个亿", 2000000000), ("两百", "元钱", 200), ("十万", "块钱", 100000),
     # what follows is no unit of it
     ("20万", "3年", 200000), ("50万", "多久能", 500000), ("十万", "来周转", 100000),
     ("3000", "个月", 3000), ("20万", "元旦前", 200000), ("20万", "万一", 200000)],
)  # fmt: skip
def test_a_unit_cut_off_is_taken_from_behind(text, behind, yuan):
    money = read_money(text, behind)

    assert (money.low, money.unit_missing) == (Decimal(yuan), False)


@pytest.mark.parametrize("behind", ["个行吗", "年", "，", "个人", "千分之", "多久", "x" * 10_000])
def test_what_is_no_unit_leaves_it_missing(behind):
    assert read_money("20", behind) == Money(Decimal(200000), Decimal(200000), unit_missing=True)


@pytest.mark.parametrize(
    "text", ["", "0万", "零", "万", "-5万", "20岁", "三年", "很多", "2000万亿", "20美元", "房贷"]
)
def test_what_is_no_sum_is_none(text):
    assert read_money(text) is None
