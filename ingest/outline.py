"""The marks by which Chinese official texts are divided: 章, 条, 一、, （一）, 1., 附件."""

import re
from dataclasses import dataclass
from enum import IntEnum

_COUNT = r"[一二三四五六七八九十百零〇○\d]{1,5}"


class Depth(IntEnum):
    """How deep a mark divides; a smaller number is the larger unit."""

    ANNEX = 0
    PART = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    ITEM = 5
    SUBITEM = 6
    POINT = 7
    SUBPOINT = 8


_MARKS: tuple[tuple[Depth, re.Pattern[str]], ...] = (
    (
        Depth.ANNEX,
        re.compile(r"^附[件表] ?(?:\d{1,2}|[一二三四五六七八九十]{1,2})?(?: ?[:：]|(?= )|$)"),
    ),
    (Depth.PART, re.compile(rf"^第{_COUNT}[编篇](?= |$|[^，。的])")),
    (Depth.CHAPTER, re.compile(rf"^第{_COUNT}章(?= |$|[^，。的])")),
    (Depth.SECTION, re.compile(rf"^第{_COUNT}节(?= |$|[^，。的])")),
    (Depth.ARTICLE, re.compile(rf"^第{_COUNT}条(?:之{_COUNT})?(?![款项第和、至及的规])")),
    (Depth.ITEM, re.compile(r"^[一二三四五六七八九十]{1,3} ?[、.．]")),
    (Depth.SUBITEM, re.compile(r"^[（(][一二三四五六七八九十]{1,3}[)）]")),
    (Depth.POINT, re.compile(r"^\d{1,2} ?(?:[、．]|[.](?!\d)|[)）])")),
    (Depth.SUBPOINT, re.compile(r"^(?:[（(]\d{1,2}[)）]|[①-⑳])")),
)
_QUESTION = re.compile(r"^(?:问|Q|答|A) ?\d{0,2} ?[:：]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark a paragraph begins with, and the text behind it."""

    depth: Depth
    label: str
    rest: str


def read_mark(text: str) -> Mark | None:
    """The mark of a paragraph; None for one without."""
    for depth, pattern in _MARKS:
        if match := pattern.match(text):
            label = match[0].rstrip(" :：")
            return Mark(depth, label, text[match.end() :].strip())
    return None


def starts_unit(text: str) -> bool:
    """Whether a line can only be the beginning of a paragraph."""
    return read_mark(text) is not None or bool(_QUESTION.match(text))
