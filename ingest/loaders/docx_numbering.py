"""Automatic numbers of Word paragraphs: 第一条, 一、, （一）, 1. as Word would print them."""

import re
from collections import defaultdict
from dataclasses import dataclass

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

_PLACEHOLDER = re.compile(r"%(\d)")
_CHINESE_DIGITS = "〇一二三四五六七八九"
_CHINESE_FORMATS = {
    "chineseCounting",
    "chineseCountingThousand",
    "japaneseCounting",
    "taiwaneseCountingThousand",
    "ideographDigital",
    "taiwaneseCounting",
    "taiwaneseDigital",
    "japaneseDigitalTenThousand",
}


@dataclass(frozen=True, slots=True)
class _Level:
    start: int
    number_format: str
    text: str


class Numbering:
    """Counts through a document's lists; ask for paragraphs in their order."""

    def __init__(self, document: Document) -> None:
        self._levels = _read_levels(document)
        self._styles = _read_styles(document)
        self._counts: defaultdict[str, dict[int, int]] = defaultdict(dict)

    def label(self, paragraph: etree._Element) -> str:
        """The printed number of a ``w:p``, such as 第三条; empty for one without."""
        list_id, level = self._place(paragraph)
        levels = self._levels.get(list_id or "")
        if not levels or level not in levels:
            return ""
        counts = self._counts[list_id or ""]
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if levels[level].number_format in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            index = int(match[1]) - 1
            shown = levels.get(index, levels[level])
            return _spell(counts.get(index, shown.start), shown.number_format)

        return _PLACEHOLDER.sub(number, levels[level].text)

    def _place(self, paragraph: etree._Element) -> tuple[str | None, int]:
        properties = paragraph.find(qn("w:pPr"))
        if properties is None:
            return None, 0
        style = properties.find(qn("w:pStyle"))
        from_style = self._styles.get(style.get(qn("w:val"), "") if style is not None else "")
        list_id, level = from_style or (None, 0)
        if (own := properties.find(qn("w:numPr"))) is not None:
            list_id = _value(own, "w:numId") or list_id
            level = int(_value(own, "w:ilvl") or level)
        return (None if list_id == "0" else list_id), level


def _read_levels(document: Document) -> dict[str, dict[int, _Level]]:
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):  # python-docx, on a document without lists
        return {}
    abstract = {
        item.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"))): _Level(
                start=int(_value(level, "w:start") or 1),
                number_format=_value(level, "w:numFmt") or "decimal",
                text=_value(level, "w:lvlText") or "",
            )
            for level in item.findall(qn("w:lvl"))
        }
        for item in root.findall(qn("w:abstractNum"))
    }
    return {
        item.get(qn("w:numId")): abstract.get(_value(item, "w:abstractNumId"), {})
        for item in root.findall(qn("w:num"))
    }


def _read_styles(document: Document) -> dict[str, tuple[str | None, int]]:
    found = {}
    for style in document.styles.element.findall(qn("w:style")):
        properties = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if properties is not None:
            place = (_value(properties, "w:numId"), int(_value(properties, "w:ilvl") or 0))
            found[style.get(qn("w:styleId"), "")] = place
    return found


def _value(parent: etree._Element, tag: str) -> str | None:
    child = parent.find(qn(tag))
    return None if child is None else child.get(qn("w:val"))


def _spell(number: int, number_format: str) -> str:
    if number_format in _CHINESE_FORMATS:
        return spell_chinese(number)
    if number_format == "decimalEnclosedCircle" and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if number_format in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr((0x61 if number_format == "lowerLetter" else 0x41) + number - 1)
    return str(number)


def spell_chinese(number: int) -> str:
    """A count from 1 to 999 in Chinese: 12 is 十二, 105 is 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    text = f"{_CHINESE_DIGITS[hundreds]}百" if hundreds else ""
    if hundreds and not tens and ones:
        text += "零"
    if tens:
        text += ("" if tens == 1 and not hundreds else _CHINESE_DIGITS[tens]) + "十"
    return text + (_CHINESE_DIGITS[ones] if ones else "")
