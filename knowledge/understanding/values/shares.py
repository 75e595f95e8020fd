"""Shares and rates of interest as people say them: 两成, 三分之一; 3.45%, 3分利, LPR减50BP."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from knowledge.understanding.values.numbers import Number, read_number
from knowledge.understanding.values.numerals import exact, fold
from knowledge.understanding.values.percents import part_of, percent_of, without_hedge
from knowledge.understanding.values.spreads import Spread

HIGHEST_PERCENT = 100
# What courts protect at most; more "points" than that are hundredths of one, as 50个点 off LPR.
_DEAREST_PERCENT = 36
# A bare number from here on counts basis points: LPR-50, but LPR+0.6.
_LEAST_BASIS_POINTS = 10

_DIGIT = "[零一二三四五六七八九0-9]"
_PERIOD = re.compile(
    r"(?:(?:[每按]|一个?)?(?P<period>[年月日天])化?(?:利率|利息|[息利])?|利率|利息|lpr)[是为按:]?(?=.)"
)
_PERIOD_BEHIND = re.compile(r"(?:/|每个?|一个?)([年月日天])$")
_INTEREST_BEHIND = re.compile(r"(?<=.)的?(?:利息|利率|息|利)$")
_FEN_AND_LI = re.compile(rf"(?:(?P<fen>.+?)分(?!之))?(?:(?P<li>.+?)厘)?(?P<rest>{_DIGIT}|半)?")
_DAILY_SHORT = re.compile(rf"万(?={_DIGIT}$)")
_AGAINST_LPR = re.compile(
    r"(?P<lpr>lpr(?:利率)?)?(?P<side>减去|减点?|[-+]|下浮|下调|加上|加点?|上浮|上调)?(?P<rest>.*)"
)
_AMOUNT = re.compile(r"(.+?)(?P<unit>bps?|个?基点|个?百分点|%|个?点|)")
_DOWN = frozenset(("减去", "减", "减点", "-", "下浮", "下调"))
_BASIS_POINTS = frozenset(("bp", "bps", "基点", "个基点"))


class RateKind(StrEnum):
    """How a rate was said."""

    YEARLY = "yearly"
    MONTHLY = "monthly"
    DAILY = "daily"
    LPR_MINUS = "lpr_minus"
    LPR_PLUS = "lpr_plus"
    LPR_POINTS = "lpr_points"  # off the LPR, to which side was not said


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of interest.

    ``percent`` a year, whatever period it was said for; None where it was said by its distance
    from the LPR, ``points`` percentage points (50 BP are 0.5). ``is_supposed`` where the unit or
    period was not said and follows custom: 3.4 is percent a year, 3分利 a month.
    """

    kind: RateKind
    percent: Number | None = None
    points: Decimal | None = None
    is_supposed: bool = False


@dataclass(frozen=True, slots=True)
class Share(Spread):
    """A part of a whole, in percent."""


_KINDS = {
    "年": RateKind.YEARLY, "月": RateKind.MONTHLY, "日": RateKind.DAILY, "天": RateKind.DAILY,
}  # fmt: skip
_IN_A_YEAR = {RateKind.YEARLY: 1, RateKind.MONTHLY: 12, RateKind.DAILY: 365}
# What a 厘 is, in percent of that period; a 分 is ten of them.
_LI = {
    RateKind.YEARLY: Decimal(1), RateKind.MONTHLY: Decimal("0.1"), RateKind.DAILY: Decimal("0.01"),
}  # fmt: skip
_BY_CUSTOM = {
    "‰": RateKind.MONTHLY, "千分之": RateKind.MONTHLY, "‱": RateKind.DAILY,
    "万分之": RateKind.DAILY,
}  # fmt: skip


def read_share(text: str) -> Share | None:
    """The part of a whole that a short stretch says, up to all of it; None without one."""
    number = part_of(fold(text))
    if number is None or not 0 <= number.low <= number.high <= HIGHEST_PERCENT:
        return None
    return Share(number.low, number.high, number.about)


def read_rate(text: str) -> Rate | None:
    """The rate of interest that a short stretch says, up to :data:`HIGHEST_PERCENT` a year.

    By custom 分 and 厘 are said of a month, where a year is not named, and so are thousandths;
    ten-thousandths are said of a day.
    """
    said = fold(text)
    rate = _against_lpr(said) or _of_period(said)
    if rate is None or rate.percent is None:
        return rate
    return rate if 0 <= rate.percent.low <= rate.percent.high <= HIGHEST_PERCENT else None


def _against_lpr(said: str) -> Rate | None:
    """LPR减50BP, LPR+0.6, 加60个基点, 150个基点."""
    match = _AGAINST_LPR.fullmatch(said)
    if match is None:
        return None
    lpr, side, rest = match["lpr"], match["side"], match["rest"]
    if lpr and not side and not rest:
        return Rate(RateKind.LPR_PLUS, points=Decimal(0))
    amount = _AMOUNT.fullmatch(rest)
    number = read_number(amount[1]) if amount else None
    if amount is None or number is None or not number.is_one:
        return None
    unit, points = amount["unit"], number.low
    is_basis = unit in _BASIS_POINTS or (unit == "个点" and points > _DEAREST_PERCENT)
    if not is_basis and not (side and (lpr or unit.endswith("百分点"))):
        return None  # 3.4 alone is a rate
    if side in ("上浮", "下浮") and unit == "%":
        return None  # a part of the LPR, which is not known here
    if is_basis or (unit in ("", "个点", "点") and points >= _LEAST_BASIS_POINTS):
        points /= 100
    if points > HIGHEST_PERCENT:
        return None
    kind = RateKind.LPR_MINUS if side in _DOWN else RateKind.LPR_PLUS
    return Rate(kind if side else RateKind.LPR_POINTS, points=points)


def _of_period(said: str) -> Rate | None:
    """3.45%, 年化三点四五, 月息3分, 3厘5, 日息万分之五."""
    period = None
    if match := _PERIOD.match(said):
        period, said = match["period"], said[match.end() :]
    if match := _PERIOD_BEHIND.search(said):
        period, said = match[1], said[: match.start()]
    said = _INTEREST_BEHIND.sub("", said)
    named = _KINDS.get(period or "")
    if named is RateKind.DAILY:
        said = _DAILY_SHORT.sub("万分之", said)
    in_li = _in_li(said) or without_hedge(said, _in_li)
    in_percent = percent_of(said)
    number = in_li or in_percent or read_number(said)
    if number is None:
        return None
    kind = named or (RateKind.MONTHLY if in_li else _by_custom(said))
    percent = number.times((_LI[kind] if in_li else 1) * _IN_A_YEAR[kind])
    is_clear = named or (in_percent and kind is RateKind.YEARLY)
    return Rate(kind, percent, is_supposed=not is_clear)


def _by_custom(said: str) -> RateKind:
    return next((kind for sign, kind in _BY_CUSTOM.items() if sign in said), RateKind.YEARLY)


def _in_li(said: str) -> Number | None:
    """How many 厘: 3厘5 are three and a half, 1分5 fifteen."""
    match = _FEN_AND_LI.fullmatch(said)
    if match is None or not (match["fen"] or match["li"]):
        return None
    fen = read_number(match["fen"] or "零")
    li = read_number(match["li"] or "零")
    if fen is None or li is None:
        return None
    rest = exact({"半": "五"}.get(match["rest"], match["rest"] or "零")) or Decimal(0)
    rest = rest / 10 if match["li"] else rest
    return Number(
        fen.low * 10 + li.low + rest, fen.high * 10 + li.high + rest, fen.about or li.about
    )
