from datetime import date
from decimal import Decimal

import pytest

from knowledge.understanding.periods import find_period
from knowledge.understanding.quantities import find_quantities, parse_number

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "number"),
    [("20", 20), ("3.6", Decimal("3.6")), ("二十", 20), ("十五", 15), ("两", 2), ("一百五", 150),
     ("一百零五", 105), ("三千", 3000), ("abc", None)],
)  # fmt: skip
def test_numbers_are_read_in_digits_and_characters(text, number):
    assert parse_number(text) == number


def test_an_amount_a_rate_and_a_term_are_read_together():
    read = find_quantities("我贷20万三年，利率3.6%自己出多少利息")

    assert (read.amounts, read.rate, read.months) == ((Decimal(200000),), Decimal("3.6"), 36)


def test_staff_and_newly_hired_are_told_apart():
    read = find_quantities("公司50人新招4个符合条件的够不够")

    assert (read.staff, read.hired, read.partners) == (50, 4, None)


@pytest.mark.parametrize(("text", "partners"), [("三个人合伙", 3), ("俩人呢", 2), ("合伙", None)])
def test_partners_are_counted(text, partners):
    assert find_quantities(text).partners == partners


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param("2019年那阵个人多少", date(2019, 1, 1), date(2019, 12, 31), id="a-year"),
        pytest.param("2020年4月的规定", date(2020, 4, 1), date(2020, 4, 30), id="a-month"),
        pytest.param("2018年12月5日", date(2018, 12, 5), date(2018, 12, 5), id="a-day"),
        pytest.param("去年能贷多少", date(2025, 1, 1), date(2025, 12, 31), id="last-year"),
    ],
)
def test_a_past_period_is_found(text, first, last):
    period = find_period(text, TODAY)

    assert period is not None
    assert (period.first, period.last) == (first, last)


@pytest.mark.parametrize(
    "text",
    ["2020年降到15%后现在又是多少", "今年能贷多少", "最多贷多少", "2019年13月40日", "2035年"],
)
def test_questions_about_today_have_no_period(text):
    period = find_period(text, TODAY)

    assert period is None or period.first.year == 2019


@pytest.mark.parametrize("text", ["贷0万三年利息多少", "贷20万99999999个月利息多少", "0W"])
def test_what_is_no_amount_or_term_is_left_out(text):
    read = find_quantities(text)

    assert all(amount > 0 for amount in read.amounts)
    assert read.months is None or read.months <= 360
