"""The name of a bank's outlet in a message: 离建行任城支行最近的."""

import re

_OF_BANKS = re.compile(
    r"[\u4e00-\u9fff]*(?:支行|分行|分理处|营业部|营业所|储蓄所|信用社|服务点|服务站|担保中心)"
)
_BEFORE_NAME = re.compile(r"^.*?(?:我在|俺在|住在|就在|在|离|到|去|找|从)(?=[\u4e00-\u9fff]{4,})")


def branch_name(text: str) -> str | None:
    """The outlet that is named, without the words before it; None where there is none."""
    found = _OF_BANKS.search(text)
    return _BEFORE_NAME.sub("", found[0]) if found else None
