"""Finds ID numbers, bank cards and phones in all the ways they are written.

What is looked at are chains: digits with at most a few signs between them. In a chain a
number is known by what it is (an ID number by province, birthday and check digit), by how it
is grouped (138 1234 5678), by its length where nothing parts its digits, or by the word before
it. Everything is told by regular expressions without nested repetition, so that the time taken
grows with the length of the text only.
"""

import re
from collections.abc import Iterator

from knowledge.kit.privacy.spans import Label, Span
from knowledge.kit.privacy.words import words

_ANY_GAP = r"[\s.,、:;/_()+*~|'\"\ufe0f\u20e3-]{0,3}"
_CHAIN = re.compile(rf"[0-9](?:{_ANY_GAP}[0-9])*+(?:{_ANY_GAP}X)?")
# Signs that part the digits of one number; a comma or 、 parts numbers of a list.
_GAP = r"[ \t._/)\ufe0f\u20e3-]{1,3}"
_JOIN = _GAP.replace("{1,3}", "{0,3}")

_PROVINCE = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3])"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
_MONTH_DAY_SPACED = (
    rf"(?:0{_JOIN}[1-9]|1{_JOIN}[0-2]){_JOIN}(?:0{_JOIN}[1-9]|[12]{_JOIN}[0-9]|3{_JOIN}[01])"
)
# Found at any digit: the check digit rules out nearly all that is none.
_ID_EXACT = re.compile(
    rf"(?=({_PROVINCE}[0-9]{{4}}(?:18|19|20)[0-9]{{2}}{_MONTH_DAY}[0-9]{{3}}[0-9X]))"
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_DIGITS = "10X98765432"

_DIGIT = rf"{_JOIN}[0-9]"
_PROVINCE_SPACED = (
    rf"(?:1{_JOIN}[1-5]|2{_JOIN}[1-3]|3{_JOIN}[1-7]|4{_JOIN}[1-6]|5{_JOIN}[0-4]|6{_JOIN}[1-5]"
    rf"|7{_JOIN}1|8{_JOIN}[1-3])"
)
_BEGINS, _ENDS = r"(?<![0-9])", r"(?![0-9])"
_MOMENT = rf"(?:19|20)[0-9]{{2}}{_MONTH_DAY}(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?"
_BY_SHAPE = {
    Label.ID_NUMBER: (
        # 18 digits, or 17 with the last one forgotten; 15 of before 1999; 6 then the rest
        rf"{_BEGINS}{_PROVINCE_SPACED}(?:{_DIGIT}){{4}}{_JOIN}(?:1{_JOIN}[89]|2{_JOIN}0)"
        rf"(?:{_DIGIT}){{2}}{_JOIN}{_MONTH_DAY_SPACED}(?:{_DIGIT}){{3}}(?:{_JOIN}[0-9X])?{_ENDS}",
        rf"{_BEGINS}{_PROVINCE_SPACED}(?:{_DIGIT}){{6}}{_JOIN}{_MONTH_DAY_SPACED}"
        rf"(?:{_DIGIT}){{3}}{_ENDS}",
        rf"{_BEGINS}{_PROVINCE}[0-9]{{4}}{_GAP}[0-9]{{6,9}}{_GAP}[0-9]{{2,4}}X?{_ENDS}",
    ),
    Label.BANK_CARD: (
        rf"{_BEGINS}6{_JOIN}2(?:{_DIGIT}){{14,17}}{_ENDS}",
        rf"{_BEGINS}[3-69][0-9]{{3}}(?:{_GAP}[0-9]{{4}}){{3}}(?:{_GAP}[0-9]{{1,3}})?{_ENDS}",
    ),
    Label.LANDLINE: (
        rf"{_BEGINS}\(?0[1-9][0-9]{{1,2}}{_JOIN}[0-9]{{7,8}}{_ENDS}",
        rf"{_BEGINS}\(?0[1-9][0-9]{{1,2}}{_GAP}[0-9]{{3,4}}{_GAP}[0-9]{{4}}{_ENDS}",
    ),
    # Nothing else has so many digits in a row, but for a moment: 20261130142530.
    Label.NUMBER: (rf"{_BEGINS}(?!{_MOMENT}{_ENDS})[0-9]{{12,}}X?",),
}
# How eleven digits are grouped; within one number the sign between the groups is the same,
# except in the usual 3-4-4. One by one: 1 3 8 1 2 …
_PHONE_GROUPS = (
    (3, 8), (7, 4), (5, 6), (6, 5), (4, 4, 3), (4, 3, 4), (3, 3, 5), (3, 5, 3), (3, 2, 2, 4),
    (3, 4, 2, 2), (3, 3, 3, 2), (3, 2, 3, 3), (3, 2, 2, 2, 2), (1,) * 11,
)  # fmt: skip
_COUNTRY = rf"(?:\+?(?:00)?86{_JOIN})?"


def _same_sign(number: int, groups: tuple[int, ...]) -> str:
    first, *more = (f"[0-9]{{{length}}}" for length in groups)
    gap = f"(?P<gap{number}>{_GAP})"
    return f"{first}{gap}{more[0]}" + "".join(f"(?P=gap{number}){part}" for part in more[1:])


_PHONE = re.compile(
    rf"{_BEGINS}{_COUNTRY}(?=1{_JOIN}[3-9])"
    rf"(?:[0-9]{{3}}{_JOIN}[0-9]{{4}}{_JOIN}[0-9]{{4}}|"
    + "|".join(_same_sign(number, groups) for number, groups in enumerate(_PHONE_GROUPS))
    + rf"){_ENDS}"
)
_SHAPES = [
    (label, re.compile(pattern)) for label, patterns in _BY_SHAPE.items() for pattern in patterns
]
_BETWEEN = r"(?:号码|号|是|为|:|\s){0,6}"
_LABELLED = {
    label: re.compile(rf"(?:{'|'.join(words(name))}){_BETWEEN}([0-9](?:{_DIGIT}){{{least},}}X?)")
    for label, name, least in (
        (Label.ID_NUMBER, "before_id_number", 8),
        (Label.BANK_CARD, "before_card", 8),
        (Label.LANDLINE, "before_phone", 6),
    )
}
_NUMBERS_TO_CALL = tuple(words("public_numbers"))
_PUBLIC_PREFIXES = ("400", "800")
# The receipt of an application: the person needs it told back to them.
_RECEIPT = re.compile(r"[Cc][Dd]20[0-9]{6}(?:-[0-9A-Za-z]{1,12}){1,4}")
_SHORTEST = 10


def find_numbers(view: str) -> Iterator[Span]:
    """Numbers that belong to a person, in a plain view of a text; they may overlap."""
    view = _RECEIPT.sub(lambda receipt: "#" * len(receipt[0]), view)
    for chain in _CHAIN.finditer(view):
        if chain.end() - chain.start() >= _SHORTEST:
            yield from _in_chain(view, chain.start(), chain.end())
    for label, pattern in _LABELLED.items():
        for found in pattern.finditer(view):
            if not _is_public(_digits(found[1])):
                yield Span(found.start(1), found.end(1), label)


def _in_chain(view: str, start: int, end: int) -> Iterator[Span]:
    yield from _exact_id_numbers(view, start, end)
    for found in _PHONE.finditer(view, start, end):
        yield Span(found.start(), found.end(), Label.PHONE)
    for label, pattern in _SHAPES:
        for found in pattern.finditer(view, start, end):
            digits = _digits(found[0])
            if label is not Label.BANK_CARD or digits.startswith("62") or _passes_luhn(digits):
                kind = _kind_of_run(digits) if label is Label.NUMBER else label
                yield Span(found.start(), found.end(), kind)


def _exact_id_numbers(view: str, start: int, end: int) -> Iterator[Span]:
    places = [i for i in range(start, end) if view[i] in "0123456789X"]
    digits = "".join(view[i] for i in places)
    for found in _ID_EXACT.finditer(digits):
        if _has_check_digit(found[1]):
            first = found.start()
            yield Span(places[first], places[first + 17] + 1, Label.ID_NUMBER)


def _has_check_digit(number: str) -> bool:
    """By GB 11643: weights modulo 11."""
    total = sum(int(digit) * weight for digit, weight in zip(number, _ID_WEIGHTS, strict=False))
    return _ID_DIGITS[total % 11] == number[17]


def _passes_luhn(digits: str) -> bool:
    doubled = "".join(str(int(d) * (1 + i % 2)) for i, d in enumerate(reversed(digits)))
    return sum(map(int, doubled)) % 10 == 0


def _kind_of_run(digits: str) -> Label:
    """What twelve and more digits in a row most likely are."""
    length = len(digits)
    if length in (15, 17, 18) and re.match(_PROVINCE, digits):
        return Label.ID_NUMBER
    return Label.BANK_CARD if 16 <= length <= 19 else Label.NUMBER


def _is_public(digits: str) -> bool:
    return digits.startswith(_PUBLIC_PREFIXES) or digits.endswith(_NUMBERS_TO_CALL)


def _digits(written: str) -> str:
    return re.sub("[^0-9]", "", written)
