"""Finds where somebody lives, below the county: street and number, village and group, room.

County, city and town stay: what the answer is depends on them, and many people live there.
"""

import re
from collections.abc import Iterator
from functools import cache

from knowledge.kit.privacy.spans import Label, Span
from knowledge.kit.privacy.words import places, words

_COUNT = r"[A-Z]?[0-9十百甲乙丙]{1,6}(?:-[0-9]{1,5})?"
_UNIT = r"(?:号楼|号院|号|弄|栋|幢|座|单元|室|户|组|队|层|楼)"
_AGAIN = rf"(?:\s?{_COUNT}\s?{_UNIT}){{0,6}}(?:[0-9]{{3,4}})?"
_HOUSE = re.compile(
    rf"(?:(?:路|街|大道|巷|弄|胡同)(?:[东西南北中]?段)?\s?{_COUNT}\s?(?:号|弄)"
    rf"|(?:村|屯|庄|寨|湾|坝|社区)\s?第?{_COUNT}\s?(?:组|队|社(?!区)|屯|号(?![\u3400-\u9fff]))"
    rf"|(?:小区|花园|公寓|家属院|大厦|新村|家园|苑|城|府|宿舍|[村庄寨屯]|社区)\s?"
    rf"{_COUNT}\s?(?:栋|幢|号楼|号院|座|单元|室)"
    rf"|(?P<room>{_COUNT}\s?(?:栋|幢|号楼|单元)\s?{_COUNT}(?:\s?(?:单元|室|楼|层))?)"
    rf"){_AGAIN}"
)
_HAN_BEFORE = re.compile(r"[\u3400-\u9fff]*$")
_LOOKS_BACK = 12
_ADMINISTRATIVE = re.compile(r"街道(?:办事处)?|[省市县区镇乡旗盟]")
_NOT_OF_A_NAME = re.compile(r"[住在是址去往于我俺咱跟从们这那哪个的第]")
_LONGEST = 40
_BREAK = re.compile(r"[\s,，、。.;；!！?？(（\[]")
_LEAST = 3


def find_addresses(text: str, view: str) -> Iterator[Span]:
    """Spans of a text; ``view`` is its plain view."""
    for house in _HOUSE.finditer(view):
        before = text[max(0, house.start() - _LOOKS_BACK) : house.start()]
        han = _HAN_BEFORE.search(before)
        name = _below_county(han[0] if han else "", before_street=True)
        # Building, unit and room are enough; a number alone needs what it is the number of.
        if name or house["room"]:
            yield Span(house.start() - len(name), house.end(), Label.ADDRESS)
    for label in _labelled().finditer(text):
        yield from _told(text, view, label.end())


def _told(text: str, view: str, start: int) -> Iterator[Span]:
    """The address that a word has announced, up to its last part that names one."""
    end = start + _LONGEST
    if (stop := _BREAK.search(text, start, end)) is not None:
        end = stop.start()
    parts = list(_part().finditer(text, start, end))
    if not parts:
        return
    end = parts[-1].end()
    name = _below_county(text[start:end], before_street=False)
    if len(name) >= _LEAST and name not in _no_addresses():
        yield Span(end - len(name), end, Label.ADDRESS)


def _below_county(address: str, *, before_street: bool) -> str:
    """What follows the last division that an address names.

    With ``before_street`` the address goes on: a place at its very end names a street (南京路).
    """
    cut = 0
    for found in _ADMINISTRATIVE.finditer(address):
        cut = found.end()
    for found in _NOT_OF_A_NAME.finditer(address):
        cut = max(cut, found.end())
    for start in range(cut, len(address)):
        for length in (4, 3, 2):
            end = start + length
            if end < len(address) + (not before_street) and address[start:end] in places():
                cut = max(cut, end)
    return address[cut:]


@cache
def _labelled() -> re.Pattern[str]:
    labels = "|".join(sorted(words("before_address"), key=len, reverse=True))
    return re.compile(rf"(?:{labels})[是为在:：\s]{{0,4}}")


@cache
def _part() -> re.Pattern[str]:
    return re.compile("|".join(sorted(words("address_words"), key=len, reverse=True)))


@cache
def _no_addresses() -> frozenset[str]:
    return frozenset(words("no_addresses"))
