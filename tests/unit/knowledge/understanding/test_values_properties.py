"""What holds of every value, however it is spelled and whatever the stretch is made of."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from knowledge.understanding.values.counts import read_count
from knowledge.understanding.values.money import read_money
from knowledge.understanding.values.numbers import read_number
from knowledge.understanding.values.shares import read_rate, read_share
from knowledge.understanding.values.spans import read_duration
from knowledge.understanding.values.times import Period, read_time
from tests.fakes.timing import cpu_seconds

TODAY = date(2026, 11, 22)
# Of one core.
MOST_CPU_S = 0.01
READERS = [
    read_number, read_count, read_money, read_rate, read_share, read_duration,
    lambda text: read_time(text, TODAY), lambda text: read_money("20", text),
]  # fmt: skip
DIGITS = "零一二三四五六七八九"
FINANCIAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
TRADITIONAL = str.maketrans("万亿", "萬億")
# What stretches are made of, so that chance puts together what is nearly a value.
PIECES = st.sampled_from(
    "零一二三四五六七八九十百千万亿两俩仨半多来几把个余近快小上过大约到至-~.点%分厘成折年月天周日号前后"
    "以起初底左右元块毛角wk季度期息利lpr减+第之0123456789壹拾廿¹③٣ \u200b\ufdfa"
)
STRETCHES = st.text(PIECES, max_size=40) | st.lists(PIECES, min_size=1, max_size=4).flatmap(
    lambda few: st.text(st.sampled_from(few), max_size=32)
)


def section(number: int) -> str:
    """A number below 10,000 in Chinese numerals: 一千零五十."""
    told, gap = "", False
    for power, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // power % 10
        if digit:
            told += ("零" if gap and told else "") + DIGITS[digit] + unit
        gap = not digit
    return told


def in_chinese(number: int) -> str:
    """A number below a trillion as it is written out: 一亿零二十万三千."""
    told, whole = "", number
    for power, unit in ((10**8, "亿"), (10**4, "万"), (1, "")):
        part, number = divmod(number, power)
        if part:
            told += ("零" if told and part < 1000 else "") + section(part) + unit
        elif told and number:
            told = told.removesuffix("零") + "零"
    told = told.replace("零零", "零")
    return told.removeprefix("一") if 10 <= whole < 20 else told or "零"


@given(st.integers(0, 10**12 - 1) | st.integers(0, 10**5))
@example(100_000_005)
@example(100_200_000)
def test_a_number_written_out_is_that_number(number):
    written = in_chinese(number)
    for spelling in {written, written.translate(FINANCIAL), written.translate(TRADITIONAL)}:
        if len(spelling) <= 32:
            read = read_number(spelling)
            assert read is not None, spelling
            assert read.is_one
            assert read.low == number


@given(st.integers(1, 9), st.integers(1, 9), st.sampled_from("百千万亿"))
def test_a_last_digit_counts_one_unit_lower(first, second, unit):
    scale = {"百": 100, "千": 1000, "万": 10**4, "亿": 10**8}[unit]

    for text in (f"{DIGITS[first]}{unit}{DIGITS[second]}", f"{first}{unit}{second}"):
        assert read_number(text).low == first * scale + second * scale // 10


@given(st.decimals(0, 10**14, allow_nan=False, places=2) | st.decimals(0, 100, places=8))
def test_a_number_in_digits_is_that_number(number):
    assert read_number(f"{number:f}").low == number


@given(st.integers(1, 999))
def test_ten_thousands_are_the_same_in_every_spelling(number):
    yuan = Decimal(number * 10_000)

    for text in (f"{number}万", f"{number}w", f"{in_chinese(number)}万元", f"{number * 10_000}元"):
        assert read_money(text).low == yuan, text


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_a_day_in_full_is_that_day(day):
    year = "".join(DIGITS[int(digit)] for digit in str(day.year))
    month, of_month = in_chinese(day.month), in_chinese(day.day)

    for text in (
        f"{day.year}年{day.month}月{day.day}日",
        f"{year}年{month}月{of_month}号",
        f"{day}",
    ):
        assert read_time(text, TODAY) == Period(day, day), text


@given(STRETCHES)
@example("0.000000000000001分之999999999999999")
@example("约" * 32)
@example("近近半")
@example("1900年以前")
def test_any_stretch_has_a_sound_value_or_none(text):
    for read in READERS:
        check(read(text))


@given(st.text(max_size=40))
def test_any_text_has_a_sound_value_or_none(text):
    for read in READERS:
        check(read(text))


@given(STRETCHES, st.dates())
def test_any_day_may_be_today(text, today):
    check(read_time(text, today))


@given(st.text(PIECES, min_size=10, max_size=40) | st.text(min_size=10, max_size=40))
def test_a_text_of_ten_thousand_characters_is_none_and_takes_no_time(few):
    text = (few * 1000)[:10_000]

    for read in READERS[:-1]:
        assert read(text) is None
        assert cpu_seconds(lambda read=read: read(text), tries=5) < MOST_CPU_S
    assert read_money("20", text) is not None
    assert cpu_seconds(lambda: read_money("20", text), tries=5) < MOST_CPU_S


@pytest.mark.parametrize(
    "text",
    ["约十" * 16, "余多" * 16, "到年" * 16, "一万" * 16, "前以" * 16, "起" * 32, "半个月" * 10,
     "几" * 32,
     "十百千万亿" * 6, "点" * 32, "一二" * 16, "分厘" * 16, "近快小上" * 8, "1" * 32, "年多" * 16],
)  # fmt: skip
def test_the_longest_stretch_that_is_read_takes_little(text):
    for read in READERS:
        assert cpu_seconds(lambda read=read: read(text), tries=5) < MOST_CPU_S


def check(value) -> None:
    """The limits are finite, in order and not below nothing."""
    if value is None:
        return
    if isinstance(value, Period):
        assert date(1900, 1, 1) <= value.first <= value.last <= date(2099, 12, 31)
        assert value.spoken()
        return
    if hasattr(value, "percent"):
        assert (value.percent is None) == (value.points is not None)
        assert value.points is None or 0 <= value.points <= 100
        value = value.percent
    if value is not None:
        low, high = Decimal(value.low), Decimal(value.high)
        assert low.is_finite()
        assert high.is_finite()
        assert 0 <= low <= high <= 10**15
