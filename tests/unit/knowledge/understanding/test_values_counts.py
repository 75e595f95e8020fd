"""Counts of persons and times; the values are worked out by hand."""

import pytest

from knowledge.understanding.values.counts import Count, read_count

COUNTS = {
    "3": 3, "俩": 2, "仨": 3, "一个": 1, "5": 5, "5.0": 5, "３": 3, "两": 2, "兩": 2, "廿三": 23,
    "0": 0, "三个人": 3, "俩人": 2, "72号人": 72, "12名": 12, "三位": 3, "两口子": 2, "第一": 1,
    "第二次": 2, "两回": 2, "头一次": 1, "35岁": 35, "一百零五": 105, "1.5万人": 15000,
    "五十八": 58, "壹佰": 100,
}  # fmt: skip

SPREADS = {
    "七八个": (7, 8), "三两个": (2, 3), "三五个": (3, 5), "20到30人": (20, 30),
    "两三百号人": (200, 300), "四五十人": (40, 50), "两三次": (2, 3),
}  # fmt: skip

ESTIMATES = {
    "十来个": (10, 10), "二十多号": (21, 29), "一百零几": (101, 109), "10来个人": (10, 10),
    "90多个人": (91, 99), "一百来号人": (100, 100), "几个": (2, 9), "好几个": (2, 9),
    "十几个": (11, 19), "百十号人": (100, 110), "上百人": (100, 199), "近百人": (90, 100),
    "快25个": (23, 25), "五十好几": (51, 59), "五十出头": (51, 59), "三十来岁": (30, 30),
    "十个八个": (8, 10), "2千多人": (2001, 2999), "二十人左右": (20, 20), "六十不到": (54, 60),
}  # fmt: skip


@pytest.mark.parametrize(("text", "count"), COUNTS.items())
def test_whole_ones_are_counted(text, count):
    assert read_count(text) == Count(count, count)


@pytest.mark.parametrize(("text", "ends"), SPREADS.items())
def test_a_spread_keeps_both_limits(text, ends):
    assert read_count(text) == Count(*ends)


@pytest.mark.parametrize(("text", "ends"), ESTIMATES.items())
def test_a_loose_count_is_an_estimate(text, ends):
    assert read_count(text) == Count(*ends, about=True)


@pytest.mark.parametrize(
    "text", ["", "5.5", "半", "两个半", "三点五", "个", "人", "-3", "99999999", "近半", "员工",
             "三年", "20%"]
)  # fmt: skip
def test_what_is_no_count_is_none(text):
    assert read_count(text) is None
