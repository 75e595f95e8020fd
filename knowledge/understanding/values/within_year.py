"""Parts of a year as people name them: 底, 上半年, 3月份, 10月1号, 腊月, 国庆."""

import re
from calendar import monthrange
from datetime import date

from knowledge.understanding.values.days import Days
from knowledge.understanding.values.numerals import exact

# Month and day of both ends; an end before the beginning lies in the next year. What goes by
# the moon is given the days it can fall on.
_FIRM = {
    "": (1, 1, 12, 31), "上半年": (1, 1, 6, 30), "前半年": (1, 1, 6, 30),
    "下半年": (7, 1, 12, 31), "后半年": (7, 1, 12, 31), "一季度": (1, 1, 3, 31),
    "二季度": (4, 1, 6, 30), "三季度": (7, 1, 9, 30), "四季度": (10, 1, 12, 31),
    "元旦": (1, 1, 1, 1),
}  # fmt: skip
_LOOSE = {
    "初": (1, 1, 2, 28), "中": (6, 1, 7, 31), "底": (11, 1, 12, 31), "末": (11, 1, 12, 31),
    "尾": (11, 1, 12, 31), "终": (11, 1, 12, 31), "春天": (3, 1, 5, 31), "开春": (2, 4, 3, 31),
    "夏天": (6, 1, 8, 31), "秋天": (9, 1, 11, 30), "冬天": (12, 1, 2, 28), "春节": (1, 21, 2, 20),
    "过年": (1, 21, 2, 20), "正月": (1, 21, 3, 20), "冬月": (11, 22, 1, 19),
    "腊月": (12, 20, 2, 19), "清明": (4, 3, 4, 6), "五一": (5, 1, 5, 5), "端午": (5, 28, 6, 25),
    "中秋": (9, 8, 10, 7), "国庆": (10, 1, 10, 7), "十一": (10, 1, 10, 7),
}  # fmt: skip
_ALIKE = {
    "头": "初", "春": "春天", "春季": "春天", "夏": "夏天", "夏季": "夏天", "秋": "秋天",
    "秋季": "秋天", "冬": "冬天", "冬季": "冬天", "过春节": "春节", "国庆节": "国庆",
    "中秋节": "中秋", "劳动节": "五一", "端午节": "端午", "清明节": "清明",
}  # fmt: skip
_QUARTER = re.compile(r"(?:第?([一二三四1-4])个?季度|q([1-4]))")
_MONTH = re.compile(r"([0-9]{1,2}|[一二三四五六七八九十]{1,2})月份?(.*)")
_DAY = re.compile(r"([0-9]{1,2}|[一二三四五六七八九十]{1,3})[号日]?")
# First and last day within a month.
_THIRDS = {
    "": (1, 31), "上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "初": (1, 10),
    "中": (11, 20), "底": (21, 31), "末": (21, 31), "尾": (21, 31),
}  # fmt: skip


def part_of_year(text: str, year: int) -> Days | None:
    """The days of the part that a folded text names; of nothing, the whole year.

    Raises:
        ValueError: it is a day that no calendar has, such as 2月30号.
    """
    name = text.removeprefix("的")
    name = name.removeprefix("年") or name
    name = _ALIKE.get(name, name)
    if quarter := _QUARTER.fullmatch(name):
        number = int(exact(quarter[1] or quarter[2]) or 0)
        name = f"{'一二三四'[number - 1]}季度"
    if ends := _FIRM.get(name) or _LOOSE.get(name):
        month, day, last_month, last_day = ends
        last_year = year + ((last_month, last_day) < (month, day))
        return Days(date(year, month, day), date(last_year, last_month, last_day), name in _LOOSE)
    if match := _MONTH.fullmatch(name):
        number = int(exact(match[1]) or 0)
        return part_of_month(match[2], year, number) if 1 <= number <= 12 else None
    return None


def part_of_month(text: str, year: int, month: int) -> Days | None:
    """The days of the part of a month that a folded text names; of nothing, the whole month.

    Raises:
        ValueError: it is a day that the month does not have.
    """
    name = text.removeprefix("的")
    if name in _THIRDS:
        first, last = _THIRDS[name]
        last = min(last, monthrange(year, month)[1])
        loose = len(name) == 1
        return Days(date(year, month, first), date(year, month, last), loose)
    if match := _DAY.fullmatch(name):
        number = exact(match[1])
        if number is not None:
            day = date(year, month, int(number))
            return Days(day, day)
    return None
