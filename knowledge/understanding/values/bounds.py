"""Whether a number is only a bound: 超过一百人, 不足15人, 五十人以上."""

import re
from enum import StrEnum

_OVER = re.compile(r"(?:超过|大于|多于|不少于|不低于|至少|起码)$")
_UNDER = re.compile(r"(?:不超过|不到|不足|不满|少于|小于|低于|最多|至多)$")
_OVER_BEHIND = re.compile(r"(?:个?人|名|位|口子|号)?(?:及|或)?以上")
_UNDER_BEHIND = re.compile(r"(?:个?人|名|位|口子|号)?(?:及|或)?(?:以下|以内)")


class Bound(StrEnum):
    """Which side of the number is meant."""

    OVER = "over"
    UNDER = "under"


def read_bound(before: str, behind: str) -> Bound | None:
    """The bound that a number is, by what stands around it in the message."""
    if _UNDER.search(before) or _UNDER_BEHIND.match(behind):
        return Bound.UNDER
    if _OVER.search(before) or _OVER_BEHIND.match(behind):
        return Bound.OVER
    return None
