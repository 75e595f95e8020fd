"""Dates as official documents write them: 2023年10月1日, 2023-10-01, 二〇二三年十月一日."""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from knowledge.documents import PartialDate
from knowledge.understanding.values.numerals import exact

_ZERO = "〇○零Ｏ0"
_NUMERAL = "一二三四五六七八九"
_DATE = re.compile(
    rf"(?P<year>(?:19|20)\d\d|[一二][{_NUMERAL}{_ZERO}]{{3}}) ?年"
    r" ?(?:(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2}) ?月"
    r" ?(?:(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3}) ?[日号])?)?"
    r"|(?P<iso>(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)"
)


class FoundDate(NamedTuple):
    """A date and the place in the text where it stands."""

    date: PartialDate
    start: int
    end: int


def find_dates(text: str) -> Iterator[FoundDate]:
    """All dates of a text in order; impossible ones (2月30日) are passed over."""
    for match in _DATE.finditer(text):
        if parsed := _read(match):
            yield FoundDate(parsed, match.start(), match.end())


def read_date(text: str) -> PartialDate | None:
    """The date that is all of ``text``, brackets aside; None when it says anything else."""
    bare = text.strip(" （()）。")
    found = next(find_dates(bare), None)
    return found.date if found and (found.start, found.end) == (0, len(bare)) else None


def is_whole(partial: PartialDate) -> bool:
    """Whether the date is known to the day."""
    return len(partial.text) == 10


def of_day(day: date) -> PartialDate:
    """The day as a fully known date."""
    return PartialDate.parse(day)


def _read(match: re.Match[str]) -> PartialDate | None:
    if match["iso"]:
        numbers = [int(part) for part in re.split(r"[-/.]", match["iso"])]
    else:
        numbers = [_year(match["year"])]
        for part in (match["month"], match["day"]):
            if part is not None:
                numbers.append(int(part) if part.isdigit() else int(exact(part) or 0))
    text = "-".join([f"{numbers[0]:04}", *(f"{number:02}" for number in numbers[1:])])
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def _year(text: str) -> int:
    digits = "".join(
        "0" if char in _ZERO else str(_NUMERAL.index(char) + 1) if char in _NUMERAL else char
        for char in text
    )
    return int(digits)
