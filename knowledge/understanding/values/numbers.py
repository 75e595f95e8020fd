"""Numbers as people say them: one figure, a spread (二三十) or an estimate (二十来, 上百)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from knowledge.understanding.values.numerals import MOST, UNITS, exact, fold
from knowledge.understanding.values.spreads import Hedge, Spread

# Limits that people mean with such words, where the numerals in them would say something else.
_LOOSE = {
    "百八十": (80, 100), "千八百": (800, 1000), "万八千": (8000, 10000), "百儿八十": (80, 100),
    "千儿八百": (800, 1000), "万儿八千": (8000, 10000), "百十": (100, 110), "百十来": (100, 110),
    "十几二十": (11, 20), "个把": (1, 1),
}  # fmt: skip
_IDIOM = re.compile(rf"({'|'.join(_LOOSE)})([万亿]?)")
_NUMERALS = "零一二两俩三仨四五六七八九十百千几"
_LETTERS = re.compile(rf"(?<=[0-9{_NUMERALS}个])(?:wan|w|k)(?![a-z])")
_COUNTED_UNIT = re.compile(r"个(?=[多来几余]?[百千万亿])")
_LISTED = re.compile(r"(?<=[一二两三四五六七八])、(?=[二三四五六七八九])")
_LISTED_ARABIC = re.compile(r"(?<=[0-9])、(?=[0-9])")
_CHEQUE = re.compile(r"元?[整正]$")
_TO = re.compile(r"([^-~到至]+)(?:[-~]{1,2}|到|至)([^-~到至]+)")
_NEIGHBOURS = re.compile(
    r"(.*?)(一二|一两|两三|二三|三四|三五|四五|五六|六七|七八|八九|三两|俩仨|仨俩)([十百千万亿]*)"
)
_SOME = re.compile(r"(.+?)(来|把|多|余|好几|大几|几)([百千]?[万亿]?)")
_SCALE = re.compile(r"[百千万亿]+$")


@dataclass(frozen=True, slots=True)
class Number(Spread):
    """A number without unit."""

    def times(self, factor: Decimal | int) -> "Number":
        """The number in a smaller unit: 20 times 10,000 of 20万."""
        return Number(self.low * factor, self.high * factor, self.about)


def read_number(text: str) -> Number | None:
    """The number that a short stretch says, at most 32 characters; None when it says none.

    Takes 20, 3.6, 200,000, 二十, 一百五, 三万五, 8w, 5k, 1.5个亿, 壹拾伍万, 半; spreads such as
    二三十, 十五六, 20到30; estimates such as 十几, 二十来, 二十多, 近百. Nothing else that a
    decimal can be written as: 1e9, NaN and digits of other scripts are no numbers.
    """
    folded = _LETTERS.sub(lambda unit: "千" if unit[0] == "k" else "万", fold(text))
    folded = _CHEQUE.sub("", _COUNTED_UNIT.sub("", folded))
    number = _read(_LISTED_ARABIC.sub("-", _LISTED.sub("", folded)))
    return number if number is not None and number.high <= MOST else None


def _read(text: str) -> Number | None:
    if idiom := _IDIOM.fullmatch(text):
        low, high = map(Decimal, _LOOSE[idiom[1]])
        return Number(low, high, about=True).times(UNITS.get(idiom[2], 1))
    if text in UNITS and text != "十":
        return None  # 万 alone is a unit
    return _one(text) or _hedged(text) or _spread(text) or _some(text)


def _one(text: str) -> Number | None:
    value = exact(text)
    return Number(value, value) if value is not None else None


def _hedged(text: str) -> Number | None:
    found = Hedge.of(text)
    if found is None:
        return None
    hedge, figure = found
    number = _read(figure) or _one(figure)  # a unit alone counts here: 上百
    if number is None:
        return None
    # 超过一百万 leaves more open than 一百万出头, which is less than 101万.
    unit = "" if text.endswith(figure) else figure[-1]
    low, high = hedge.applied(number.low, number.high, _step(number.high, unit))
    return Number(low, high, about=True)


def _step(value: Decimal, last_unit: str = "") -> Decimal:
    """The place of the last figure, which "more than" does not fill: of 120, ten.

    The last unit said is that place where it is smaller: 二十万多 is less than 21万.
    """
    if value < 1:
        return Decimal(1)
    whole = str(int(value))
    place = 10 ** (len(whole) - len(whole.rstrip("0")))
    return Decimal(min(place, UNITS.get(last_unit, place)))


def _spread(text: str) -> Number | None:
    if ends := _TO.fullmatch(text):
        return _between(ends[1], ends[2])
    if pair := _NEIGHBOURS.fullmatch(text):
        head, digits, unit = pair.groups()
        return _limits(head + digits[0] + unit, head + digits[1] + unit)
    return _repeated(text)


def _limits(one: str, other: str) -> Number | None:
    ends = exact(one), exact(other)
    if ends[0] is None or ends[1] is None:
        return None
    return Number(min(ends[0], ends[1]), max(ends[0], ends[1]))


def _between(start: str, end: str) -> Number | None:
    low, high = _read(start), _read(end)
    if low is None or high is None:
        return None
    for scale in _shared_scales(start, end):
        if low.high * scale <= high.high:  # not in 500到1万
            low = low.times(scale)
            break
    return Number(low.low, high.high, low.about or high.about) if low.low <= high.high else None


def _shared_scales(start: str, end: str) -> list[int]:
    """Scales that only the end says and both may mean: 3到5百万, 三百到五百万."""
    units = _SCALE.search(end)
    scales = []
    if units and not _SCALE.search(start):
        scales.append(int(exact(units[0]) or 1))
    if units and units[0][-1] in "万亿" and start[-1] not in "万亿":
        scales.append(UNITS[units[0][-1]])
    return scales


def _repeated(text: str) -> Number | None:
    """Two figures, each with the same unit: 一万两万, 十万八万."""
    for cut in range(1, len(text) - 1):
        one, other = text[:cut], text[cut:]
        if one[-1] == other[-1] and one[-1] in UNITS and other[0] not in "百千万亿":
            return _limits(one, other)
    return None


def _some(text: str) -> Number | None:
    """Estimates with a word inside: 二十来万, 万把, 一千多亿, 十几, 一百零几."""
    if (some := _SOME.fullmatch(text)) and (some[2] != "几" or some[1][-1].isascii()):
        number = _one(some[1]) or _spread(some[1])
        scale = exact(some[3]) if some[3] else Decimal(1)
        if number is None or scale is None:
            return None
        hedge = Hedge.ABOUT if some[2] in "来把" else Hedge.ABOVE
        low, high = hedge.applied(number.low, number.high, _step(number.high, some[1][-1]))
        return Number(low, high, about=True).times(scale)
    text = re.sub(r"^(?:[好大小]几|数)", "几", text)
    if text.count("几") != 1:
        return None
    # 几 stands for a digit, and for one above 1 where it comes first: 几十, but 十几.
    low_end = exact(text.replace("几", "二" if text.startswith("几") else "一"))
    high_end = exact(text.replace("几", "九"))
    if low_end is None or high_end is None:
        return None
    return Number(low_end, high_end, about=True)
