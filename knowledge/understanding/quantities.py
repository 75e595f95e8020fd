"""Numbers in questions: amounts, percentages, spans of time and head counts."""

import re
from dataclasses import dataclass
from decimal import Decimal

from knowledge.understanding.values.counts import MOST_PERSONS
from knowledge.understanding.values.money import MOST_YUAN
from knowledge.understanding.values.numerals import DIGITS, DIGITS_READ, LONGEST_NUMBER, UNITS
from knowledge.understanding.values.shares import HIGHEST_PERCENT

_UNITS = {unit: UNITS[unit] for unit in "十百千"}
# What lies beyond is no term of a loan.
LONGEST_MONTHS = 360
_ARABIC = re.compile(rf"[+-]?\d{{1,{DIGITS_READ}}}(?:\.\d{{1,{DIGITS_READ}}})?")
_NUMERALS = "零〇一二两俩三仨四五六七八九十百千"
# Begins where a run of digits does: looking on from each digit of a long run takes its square.
_NUMBER = rf"(?:(?<!\d)\d+(?:\.\d+)?|(?<![{_NUMERALS}])[{_NUMERALS}]+)"
_AMOUNT = re.compile(rf"({_NUMBER})\s*(万|亿|千|百)?(?:块钱|块|元|(?<=万))|({_NUMBER})(万)")
_PERCENT = re.compile(
    rf"(?<!\d)(\d+(?:\.\d+)?)\s*(?:%|个点)|百分之({_NUMBER})"
    r"|利[率息](?:是|为|按|约)?\s*(\d{1,2}(?:\.\d+)?)(?![\d.万元块千年])"
)
_YEARS = re.compile(rf"({_NUMBER})年(半)?(?!代|级|以?前|后|底|初|版|的?时候|[0-9]{{1,2}}月)")
_MONTHS = re.compile(rf"({_NUMBER})个月")
_PARTNERS = re.compile(
    rf"({_NUMBER})\s*(?:个|位|名)?(?:人|口子|兄弟|姐妹|股东|合伙人|朋友|同学|口)(?!以上|以下|的企业)"
)
# 超过一百人的企业 asks for a rule and is no head count.
_BOUND = (
    r"(?<!超过)(?<!大于)(?<!多于)(?<!不到)(?<!不足)(?<!低于)(?<!少于)(?<![一二三四五六七八九十\d])"
)
_STAFF = re.compile(
    rf"(?:公司|企业|厂|店|员工|职工|在职|一共|总共|现有|有)(?:里|共|是)?\s*({_NUMBER})\s*(?:来|多)?"
    rf"(?:个|名|位)?(?:人|员工|职工|工人)|{_BOUND}({_NUMBER})\s*(?:个|名|位)?(?:人的?|名?员工的?|名?职工的?)"
    r"(?:公司|企业|厂|小微|规模)|(?<!\d)(\d+)人(?=新招|的|里)"
)
_HIRED = re.compile(
    rf"(?:新?招用?了?|招收了?|新进了?|吸纳了?|带动了?|招到了?)[^\d一二两三四五六七八九十]{{0,4}}"
    rf"({_NUMBER})\s*(?:个|名|位|人)"
)


def parse_number(text: str) -> Decimal | None:
    """A number in at most 15 digits or Chinese numerals up to 9999: 20, 3.6, 二十, 一百五.

    Nothing else that a decimal can be written as: ``1e999999`` and ``NaN`` are no numbers.
    """
    if len(text) > LONGEST_NUMBER:
        return None
    if _ARABIC.fullmatch(text):
        return Decimal(text)
    total, current, last_unit = 0, 0, 1
    for character in text:
        if character in DIGITS:
            current = DIGITS[character]
        elif character in _UNITS:
            last_unit = _UNITS[character]
            total += (current or 1) * last_unit
            current = 0
        else:
            return None
    # 一百五 means 150: a bare digit after a unit counts one unit lower.
    tail = current * last_unit // 10 if last_unit > 10 and "零" not in text else current
    return Decimal(total + tail)


@dataclass(frozen=True, slots=True)
class Quantities:
    """What a question says in numbers; None or empty where it says nothing.

    ``amounts`` in yuan, ``rate`` in percent a year, ``months`` of a loan term.
    """

    amounts: tuple[Decimal, ...] = ()
    rate: Decimal | None = None
    months: int | None = None
    partners: int | None = None
    staff: int | None = None
    hired: int | None = None


def find_quantities(text: str) -> Quantities:
    """Read the numbers of a normalised question."""
    hired = _first(_HIRED, text)
    staff = _first(_STAFF, text)
    counts_partners = hired is None and (staff is None or "合伙" in text)
    partners = _first(_PARTNERS, text) if counts_partners else None
    if partners is not None and partners < 2:  # 一个人能贷多少 asks about one person
        partners = None
    return Quantities(
        amounts=tuple(_amounts(text)),
        rate=_rate(text),
        months=_months(text),
        partners=_whole(partners),
        staff=_whole(staff),
        hired=_whole(hired),
    )


def _amounts(text: str) -> list[Decimal]:
    scale = {"亿": 10**8, "万": 10**4, "千": 1000, "百": 100}
    found = []
    for match in _AMOUNT.finditer(text):
        number = parse_number(match[1] or match[3])
        amount = (number or 0) * scale.get(match[2] or match[4] or "", 1)
        if 0 < amount <= MOST_YUAN:
            found.append(Decimal(amount))
    return found


def _rate(text: str) -> Decimal | None:
    rate = _first(_PERCENT, text)
    return rate if rate is not None and rate <= HIGHEST_PERCENT else None


def _months(text: str) -> int | None:
    if match := _MONTHS.search(text):
        number = parse_number(match[1])
        return int(number) if number is not None and 1 <= number <= LONGEST_MONTHS else None
    for match in _YEARS.finditer(text):
        number = parse_number(match[1])
        if number is not None and 12 * number <= LONGEST_MONTHS:
            return int(number * 12) + (6 if match[2] else 0)
    return None


def _first(pattern: re.Pattern[str], text: str) -> Decimal | None:
    match = pattern.search(text)
    if match is None:
        return None
    return next((parse_number(group) for group in match.groups() if group), None)


def _whole(number: Decimal | None) -> int | None:
    return int(number) if number is not None and number <= MOST_PERSONS else None
