"""Rates of interest and shares, in percent; the values are worked out by hand."""

from decimal import Decimal

import pytest

from knowledge.understanding.values.shares import RateKind, Share, read_rate, read_share

RATES = {
    # a year
    "3.45%": (RateKind.YEARLY, "3.45"), "百分之三": (RateKind.YEARLY, "3"),
    "年息4厘": (RateKind.YEARLY, "4"), "3.45％": (RateKind.YEARLY, "3.45"),
    "百分之四点三": (RateKind.YEARLY, "4.3"), "三个点": (RateKind.YEARLY, "3"),
    "3.45个点": (RateKind.YEARLY, "3.45"), "3.45个百分点": (RateKind.YEARLY, "3.45"),
    "年化3.45%": (RateKind.YEARLY, "3.45"), "年化三点四五": (RateKind.YEARLY, "3.45"),
    "年利率4.35%": (RateKind.YEARLY, "4.35"), "利率3.6%": (RateKind.YEARLY, "3.6"),
    "年息一分": (RateKind.YEARLY, "10"), "3%/年": (RateKind.YEARLY, "3"),
    "LPR3.1%": (RateKind.YEARLY, "3.1"), "0.5%": (RateKind.YEARLY, "0.5"),
    # a month: twelve times; 1分 is 1 %, 1厘 a tenth of it
    "月息3分": (RateKind.MONTHLY, "36"), "月息八厘": (RateKind.MONTHLY, "9.6"),
    "月利率0.5%": (RateKind.MONTHLY, "6"), "每月1%": (RateKind.MONTHLY, "12"),
    "一个月两分": (RateKind.MONTHLY, "24"), "月利率千分之五": (RateKind.MONTHLY, "6"),
    # a day: 365 times
    "日息万分之五": (RateKind.DAILY, "18.25"), "日息万五": (RateKind.DAILY, "18.25"),
    "日利率0.02%": (RateKind.DAILY, "7.3"),
}  # fmt: skip

SUPPOSED = {
    "3.4": (RateKind.YEARLY, "3.4"), "三点四五": (RateKind.YEARLY, "3.45"),
    "3分利": (RateKind.MONTHLY, "36"), "3厘5": (RateKind.MONTHLY, "4.2"),
    "一分利": (RateKind.MONTHLY, "12"), "两分息": (RateKind.MONTHLY, "24"),
    "1分5": (RateKind.MONTHLY, "18"), "一分二厘": (RateKind.MONTHLY, "14.4"),
    "2分半": (RateKind.MONTHLY, "30"), "千分之五": (RateKind.MONTHLY, "6"),
    "5‰": (RateKind.MONTHLY, "6"), "万分之三": (RateKind.DAILY, "10.95"),
}  # fmt: skip

AGAINST_LPR = {
    "LPR减50BP": (RateKind.LPR_MINUS, "0.5"), "LPR+0.6": (RateKind.LPR_PLUS, "0.6"),
    "lpr-50bp": (RateKind.LPR_MINUS, "0.5"), "LPR减150个基点": (RateKind.LPR_MINUS, "1.5"),
    "LPR加60个基点": (RateKind.LPR_PLUS, "0.6"), "LPR＋60BP": (RateKind.LPR_PLUS, "0.6"),
    "LPR - 150 BP": (RateKind.LPR_MINUS, "1.5"), "LPR減50BP": (RateKind.LPR_MINUS, "0.5"),
    "LPR减1.5个百分点": (RateKind.LPR_MINUS, "1.5"), "LPR减0.5%": (RateKind.LPR_MINUS, "0.5"),
    "LPR加50个点": (RateKind.LPR_PLUS, "0.5"), "LPR加1个点": (RateKind.LPR_PLUS, "1"),
    "LPR-50": (RateKind.LPR_MINUS, "0.5"), "LPR": (RateKind.LPR_PLUS, "0"),
    "加1个百分点": (RateKind.LPR_PLUS, "1"), "减50BP": (RateKind.LPR_MINUS, "0.5"),
    "加一百五十个基点": (RateKind.LPR_PLUS, "1.5"), "150个基点": (RateKind.LPR_POINTS, "1.5"),
    "50个点": (RateKind.LPR_POINTS, "0.5"),
}  # fmt: skip

SHARES = {
    "50%": "50", "一半": "50", "三分之一": "33.3333", "两成": "20", "三成半": "35", "全额": "100",
    "百分之五十": "50", "七折": "70",
    # from life
    "1.5%": "1.5", "二十": "20", "三分之二": "66.6667", "四分之三": "75", "十分之三": "30",
    "1/3": "33.3333", "2/3": "66.6667", "千分之五": "0.5", "三成五": "35", "十成": "100",
    "七五折": "75", "75折": "75", "打八折": "80", "九折": "90", "9.5折": "95", "对折": "50",
    "对半": "50", "百分之百": "100", "全部": "100", "10个点": "10", "百分之十三点八": "13.8",
    "５０％": "50", "百分之貳拾": "20",
}  # fmt: skip

SPREADS = {
    "六七成": (60, 70), "二三成": (20, 30), "20-30%": (20, 30), "20%到30%": (20, 30),
    "百分之二三十": (20, 30), "百分之二到百分之三": (2, 3), "七八折": (70, 80),
}  # fmt: skip

ESTIMATES = {
    "三成左右": (30, 30), "八成多": (81, 89), "30%多": (31, 39), "不到一半": (45, 50),
    "一半多": (51, 59), "过半": (51, 59), "大半": (60, 90), "一小半": (30, 50),
    "百分之十几": (11, 19), "大概50%": (50, 50),
}  # fmt: skip


@pytest.mark.parametrize(("text", "rate"), RATES.items())
def test_a_rate_is_read_in_percent_a_year(text, rate):
    read = read_rate(text)

    assert (read.kind, read.percent.low, read.is_supposed) == (rate[0], Decimal(rate[1]), False)
    assert read.percent.is_one
    assert read.points is None


@pytest.mark.parametrize(("text", "rate"), SUPPOSED.items())
def test_what_follows_custom_only_says_so(text, rate):
    read = read_rate(text)

    assert (read.kind, read.percent.low, read.is_supposed) == (rate[0], Decimal(rate[1]), True)


@pytest.mark.parametrize(("text", "distance"), AGAINST_LPR.items())
def test_a_distance_from_the_lpr_is_read_in_percentage_points(text, distance):
    read = read_rate(text)

    assert (read.kind, read.points) == (distance[0], Decimal(distance[1]))
    assert read.percent is None


@pytest.mark.parametrize(
    ("text", "low", "high", "about"),
    [("3到4%", 3, 4, False), ("3%-4%", 3, 4, False), ("两三个点", 2, 3, False),
     ("3%左右", 3, 3, True), ("三个多点", 3, 4, True), ("大概3分利", 36, 36, True)],
)  # fmt: skip
def test_a_loose_rate_keeps_its_limits(text, low, high, about):
    percent = read_rate(text).percent

    assert (percent.low, percent.high, percent.about) == (low, high, about)


@pytest.mark.parametrize(
    "text", ["", "120%", "-5%", "免息", "LPR下浮10%", "四倍LPR", "月息10分", "20万", "三年",
             "一分钱", "厘"]
)  # fmt: skip
def test_what_is_no_rate_is_none(text):
    assert read_rate(text) is None


@pytest.mark.parametrize(("text", "percent"), SHARES.items())
def test_a_share_is_read_in_percent(text, percent):
    assert read_share(text) == Share(Decimal(percent), Decimal(percent))


@pytest.mark.parametrize(("text", "ends"), SPREADS.items())
def test_a_spread_of_shares_keeps_both_limits(text, ends):
    assert read_share(text) == Share(*map(Decimal, ends))


@pytest.mark.parametrize(("text", "ends"), ESTIMATES.items())
def test_a_loose_share_is_an_estimate(text, ends):
    assert read_share(text) == Share(*map(Decimal, ends), about=True)


@pytest.mark.parametrize(
    "text",
    ["", "200%", "5/3", "八二开", "零分之一", "0.1分之9", "20万", "三年", "成", "百分之", "%"],
)
def test_what_is_no_share_is_none(text):
    assert read_share(text) is None
