"""Figures that are not one figure: limits, and the words that loosen them (大概, 快, 出头)."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

# 大半年, 小半年: parts of one whole, as they are mostly meant.
MOSTLY = {"大半": (Decimal("0.6"), Decimal("0.9")), "小半": (Decimal("0.3"), Decimal("0.5"))}
# 快二十, 不到二十: how much less, nobody says.
_NEARLY = Decimal("0.9")

# In characters; a row of such words (约约约…) would be tried one by one.
_LONGEST_HEDGED = 16


@dataclass(frozen=True, slots=True)
class Spread:
    """From ``low`` to ``high``, both within; ``about`` where the limits are only estimated."""

    low: Decimal
    high: Decimal
    about: bool = False

    def __post_init__(self) -> None:
        # 0.2百万 is told as 200000, not as 200000.0: figures are compared as they are written, too.
        object.__setattr__(self, "low", _tidy(self.low))
        object.__setattr__(self, "high", _tidy(self.high))

    @property
    def is_one(self) -> bool:
        """Whether it is one figure, and no estimate."""
        return self.low == self.high and not self.about


class Hedge(Enum):
    """Words around a figure that loosen it."""

    ABOUT = re.compile(
        r"(?:大约莫?|约莫?|大概|差不多|大致|估摸)(.+)|(.+?)(?:左右|上下|来去|的样子)"
    )
    NEARLY = re.compile(r"(?:将近|接近|近|快|不到|不足|不满|未满|小(?![半几])|奔)(.+)|(.+?)不到")
    REACHING = re.compile(r"[上成](?=[百千万亿])(.+)")
    ABOVE = re.compile(
        r"(?:超过|超|过|逾)(.+)|(.+?)(?:出头|挂零|冒头|开外|有余|多一?点|好几|大几|多|余|\+)"
    )

    @classmethod
    def of(cls, text: str) -> "tuple[Hedge, str] | None":
        """The hedge that a folded stretch begins or ends with, and the stretch without it."""
        if len(text) > _LONGEST_HEDGED:
            return None
        for hedge in cls:
            if match := hedge.value.fullmatch(text):
                return hedge, next(group for group in match.groups() if group)
        return None

    def applied(self, low: Decimal, high: Decimal, step: Decimal) -> tuple[Decimal, Decimal]:
        """The limits that are meant; ``step`` is what "more than" stays below."""
        if self is Hedge.NEARLY:
            return low * _NEARLY, high
        if self is Hedge.ABOUT:
            return low, high
        if step < 10:
            return low, high + step
        # Persons and 万 are counted in whole ones: 二十多 is 21 to 29, as 二十几 is.
        return low + (self is Hedge.ABOVE), high + step - 1


def _tidy(value: Decimal) -> Decimal:
    whole = int(value)
    return Decimal(whole) if value == whole else value.normalize()
