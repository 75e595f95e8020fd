"""Sums of money as people say them: 20万, 三万五, 1.5个亿, 23块8, 五十个."""

import re
from dataclasses import dataclass
from decimal import Decimal

from knowledge.understanding.values.numbers import Number, read_number
from knowledge.understanding.values.numerals import UNITS, exact, fold
from knowledge.understanding.values.spreads import Spread

# What lies beyond is no sum of a loan, however it was written.
MOST_YUAN = 10**12
_WAN = UNITS["万"]
# Nobody borrows, or is owed, less: a smaller number without unit counts 万.
_LEAST_YUAN = 1000

_CURRENCY = re.compile(r"^(?:人民币|rmb|cny|¥)|(?:人民币|rmb|cny)$")
_COIN = "块元蚊毛角"
# What loosens a sum may stand behind its unit: 20万块左右, 一百块出头.
_IN_YUAN = re.compile(
    r"(.+?)[块元蚊](?:钱|[整正])?"
    r"(?:(?P<tenths>[0-9零一二两三四五六七八九])[毛角]?(?:(?P<cents>[0-9一二三四五六七八九])分?)?"
    r"|(?P<loose>左右|上下|出头|挂零|多|不到))?"
)
_IN_TENTHS = re.compile(r"(.+?)[毛角](?:钱|([0-9一二三四五六七八九])分?)?")
_IN_PIECES = re.compile(r"(.+?)个")
# A unit that was left outside the stretch. 个 counts 万, but not before what is itself counted;
# 多 and 来 stand before a unit, or begin another word (多久, 来周转).
_UNIT_BEHIND = re.compile(
    r"[多来几余]?个?(?:[百千]?[万亿]|[百千](?!分)|wan|[wk](?![a-z]))[元块]?"
    r"|[多来几余]?(?:[块蚊毛角]|元(?!旦))|个(?![月人半百千小工点季星礼])"
)


@dataclass(frozen=True, slots=True)
class Money(Spread):
    """A sum in yuan; ``unit_missing`` where none was said and 万 is supposed: 贷20, 五十个."""

    unit_missing: bool = False

    def as_said(self) -> "Money":
        """The sum where the role makes yuan likelier than 万: a fee of 800 is no 8,000,000."""
        if not self.unit_missing:
            return self
        return Money(self.low / _WAN, self.high / _WAN, self.about, unit_missing=True)


def read_money(text: str, behind: str = "") -> Money | None:
    """The sum that a short stretch says, in yuan, up to :data:`MOST_YUAN`; None without one.

    Args:
        text: the stretch, at most 32 characters.
        behind: what follows it in the message, of which a unit that was cut off is taken, as
            of [20]万. Few characters are enough.
    """
    said = fold(text)
    if said and said[-1] not in _COIN:
        rest = _UNIT_BEHIND.match(fold(behind[:4]))
        whole = _money(said + rest[0]) if rest else None
        if whole is not None:
            return whole
    return _money(said)


def _money(said: str) -> Money | None:
    said = _CURRENCY.sub("", said)
    is_missing = False
    if yuan := _IN_YUAN.fullmatch(said):
        number = _with_coins(yuan)
    elif tenths := _IN_TENTHS.fullmatch(said):
        number = _scaled(f"{tenths[1]}点{tenths[2] or '零'}", Decimal("0.1"))
    elif pieces := _IN_PIECES.fullmatch(said):
        number, is_missing = _scaled(pieces[1], Decimal(_WAN)), True
    else:
        number = read_number(said)
        if number is not None and number.high < _LEAST_YUAN:
            number, is_missing = number.times(_WAN), True
    if number is None or not 0 < number.high <= MOST_YUAN:
        return None
    return Money(number.low, number.high, number.about, is_missing)


def _with_coins(yuan: re.Match[str]) -> Number | None:
    """23块8 is 23.8, 12元5角5分 is 12.55; 一百块出头 is 一百出头."""
    number = read_number(yuan[1] + (yuan["loose"] or ""))
    if number is None or yuan["tenths"] is None:
        return number
    coins = (exact(yuan["tenths"]) or 0) / Decimal(10)
    coins += (exact(yuan["cents"] or "零") or 0) / Decimal(100)
    return Number(number.low + coins, number.high + coins, number.about)


def _scaled(figure: str, factor: Decimal) -> Number | None:
    number = read_number(figure)
    return number.times(factor) if number is not None else None
