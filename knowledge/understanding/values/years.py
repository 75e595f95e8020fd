"""Years as people name them: 2018年, 18年, 零九年, 二零一五年, 去年, 八几年, 九十年代."""

import re
from datetime import date

from knowledge.kit.wire import FIRST_YEAR, LAST_YEAR
from knowledge.understanding.values.numerals import DIGITS

# 27年 may lie ahead; what would lie further ahead is a year of the last century.
_YEARS_AHEAD = 5
_RELATIVE = {
    "大前年": -3, "前年": -2, "去年": -1, "昨年": -1, "旧年": -1, "上年": -1, "上一年": -1,
    "今年": 0, "本年": 0, "明年": 1, "来年": 1, "后年": 2,
}  # fmt: skip
_DIGIT = "[0-9零一二三四五六七八九]"
_YEAR = re.compile(rf"({_DIGIT}{{4}}|{_DIGIT}{{2}}|两千零?{_DIGIT}?)年度?")
_BARE_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
# Alone these are spans: 八九年 is eight or nine years. 一二年 and 二三年 are 2012 and 2023.
_SPAN = re.compile(r"(?:三四|三五|四五|五六|六七|七八|八九)年")
_DECADE = re.compile(rf"(上个?世纪)?(?:({_DIGIT})几年|([1-9一二三四五六七八九])[0零十]年代)")


def year_of(text: str, today: date) -> tuple[int, str] | None:
    """The year that a folded text begins with, and what follows it."""
    for word, years in _RELATIVE.items():
        if text.startswith(word):
            return today.year + years, text.removeprefix(word).removeprefix("子")
    if _BARE_YEAR.fullmatch(text):
        return int(text), ""
    match = _YEAR.match(text)
    if match is None or _SPAN.fullmatch(text):
        return None
    said = match[1]
    if said.startswith("两千"):
        said = f"二零{said[2:].rjust(2, '零')}"
    year = int("".join(str(DIGITS.get(c, c)) for c in said))
    if len(said) == 2:
        year = _in_full(year, today)
    return (year, text[match.end() :]) if FIRST_YEAR <= year <= LAST_YEAR else None


def decade_of(text: str, today: date) -> tuple[int, int] | None:
    """The first and last year of the decade that a folded text names."""
    match = _DECADE.fullmatch(text)
    if match is None:
        return None
    said = match[2] or match[3]
    first = 10 * int(DIGITS.get(said, said))
    first = 1900 + first if match[1] else _in_full(first, today, ahead=0)
    return first, first + 9


def _in_full(year: int, today: date, *, ahead: int = _YEARS_AHEAD) -> int:
    """The year of which only the last two digits are said."""
    return 2000 + year if 2000 + year <= today.year + ahead else 1900 + year
