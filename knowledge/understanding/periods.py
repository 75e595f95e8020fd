"""The time a question is about: today, a named day, a month, a year, or "before"."""

import re
from datetime import date, timedelta

from knowledge.understanding.values.times import Period

_DATED = re.compile(
    r"((?:19|20)\d{2})(?:年|[-/.])(?:\s*(\d{1,2})(?:月|[-/.]))?(?:\s*(\d{1,2})日?)?"
)
_NOW = re.compile(r"现在|如今|目前|现行|当前|眼下|今年|最新|还有效")
_BEFORE = re.compile(
    r"哪一?年|[什啥]么?时候(?:从|提|涨|降|调|改)|以前|过去|原来|原先|当年|那时|那阵|早先|旧(?:政策|办法|规定|法)|之前的"
)
_RELATIVE = {"前年": -2, "去年": -1}
# A year in which something happened to the person says nothing about the rules asked for.
# Not 贷: a loan goes by the rules of its day.
_LIFE = re.compile(
    r"(?:前年|去年|(?:19|20)\d{2}年?(?:\d{1,2}月份?)?)(?:才|刚|就|底|初|上半年|下半年)*"
    r"(?:从[^，。？]{1,8})?"
    r"(?:毕业|退伍|退役|转业|复员|失业|下岗|辞职|注册|登记|开业|成立|开的|开了|办的[执证]|领的[执证]"
    r"|办了?[执证]|结婚|离婚|出狱|释放|脱贫|返乡|回乡|回来|搬)"
    # 2019年失业人员最多贷多少 asks about 2019.
    r"(?!失业|残疾|人员|军人|工人|职工|农民工|生|人口|户|者|创业|企业|公司|劳动者)"
)


def find_period(text: str, today: date) -> Period | None:
    """The past period a question asks about; None when it asks about today."""
    if _NOW.search(text):
        return None
    text = _LIFE.sub("", text)
    for match in _DATED.finditer(text):
        period = _period(match)
        if period is not None and period.first <= today and period.first.year < today.year:
            return period
    for word, years in _RELATIVE.items():
        if word in text:
            year = today.year + years
            return Period(date(year, 1, 1), date(year, 12, 31))
    return None


def asks_about_before(text: str) -> bool:
    """Whether a question speaks of earlier rules without saying when."""
    return bool(_BEFORE.search(text))


def _period(match: re.Match[str]) -> Period | None:
    year, month, day = int(match[1]), match[2], match[3]
    try:
        if month and day:
            one = date(year, int(month), int(day))
            return Period(one, one)
        if month:
            first = date(year, int(month), 1)
            following = date(year + int(month) // 12, int(month) % 12 + 1, 1)
            return Period(first, following - timedelta(days=1))
    except ValueError:
        return None
    return Period(date(year, 1, 1), date(year, 12, 31))
