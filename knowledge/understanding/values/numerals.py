"""Exact numerals in every spelling used in Chinese: 20, 3.6, 二十, 三万五, 壹拾伍万, 0.2百万."""

import re
import unicodedata
from decimal import Decimal

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "俩": 2, "三": 3, "仨": 3,
    "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8}
DIGITS_READ = 15
# In characters: whole digits, as many decimals, a sign and a point.
LONGEST_NUMBER = 2 * DIGITS_READ + 2
MOST = Decimal(10**DIGITS_READ)

# One spelling for what means the same: numerals of cheques, traditional characters (also of the
# words beside numbers that this room reads), dashes that NFKC keeps apart.
_ALIKE = str.maketrans(
    "〇○壹弌貳贰弍叁參叄弎肆伍陆陸柒捌玖拾佰仟萬億兩倆"
    "個幾來餘點塊圓圆禮鐘週過將約號歲開後從剛這節慶臘時數還減—–‐−〜",
    "零零一一二二二三三三三四五六六七八九十百千万亿两俩"
    "个几来余点块元元礼钟周过将约号岁开后从刚这节庆腊时数还减----~",
)  # fmt: skip
_TENS = {"廿": "二十", "卅": "三十", "卌": "四十"}
_LETTER_ZERO = re.compile(r"(?<=[零一二三四五六七八九])o")
_GAP = re.compile(r"(?<![0-9])\s+|\s+(?![0-9])")
_ARABIC = re.compile(rf"[0-9]{{1,{DIGITS_READ}}}(?:\.[0-9]{{1,{DIGITS_READ}}})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,2})?")
_SPELLED = re.compile(rf"[零一二三四五六七八九]{{2,{DIGITS_READ}}}")
_POINT = re.compile(
    rf"([^点]+)点([零一二三四五六七八九]{{1,{DIGITS_READ}}}|[0-9]{{1,{DIGITS_READ}}})([^0-9]*)"
)


def fold(text: str) -> str:
    """A short stretch in one spelling; empty when it is too long or has digits of no number.

    Raised and circled digits (30¹, ③) are notes and list marks. NFKC makes plain digits of them,
    and with them 301 of 30¹.
    """
    if len(text) > LONGEST_NUMBER:
        return ""
    folded = unicodedata.normalize("NFKC", text)
    if len(folded) > LONGEST_NUMBER or any(map(_hides_digits, text)):
        return ""
    folded = folded.lower().translate(_ALIKE)
    for short, long in _TENS.items():
        folded = folded.replace(short, long)
    return _GAP.sub("", _LETTER_ZERO.sub("零", folded))


def exact(text: str) -> Decimal | None:
    """The value of a numeral that says one figure, at most :data:`MOST`; else None.

    Of spellings only 〇 beside 零, as documents write it; people's are folded first.
    """
    text = text.replace("〇", "零")
    if not text or len(text) > LONGEST_NUMBER:
        return None
    if point := _POINT.fullmatch(text):
        whole = exact(point[1])
        if whole is None or whole != int(whole):
            return None
        decimals = "".join(str(DIGITS.get(c, c)) for c in point[2])
        text = f"{int(whole)}.{decimals}{point[3]}"
    value = _value(text, leads=True)
    return value if value is not None and value <= MOST else None


def _hides_digits(character: str) -> bool:
    folded = unicodedata.normalize("NFKC", character)
    return not character.isdecimal() and any(c.isdecimal() for c in folded)


def _value(text: str, *, leads: bool) -> Decimal | None:
    """The value of a numeral; one that ``leads`` may begin with its unit, as 百万 does."""
    unit = max((c for c in text if c in UNITS), key=UNITS.__getitem__, default=None)
    if unit is None:
        return _without_unit(text)
    left, _, right = text.partition(unit)
    scale = UNITS[unit]
    if not left:
        count = Decimal(1) if leads or unit == "十" else None
    elif unit in "十百千" and any(c in UNITS for c in left):
        count = None  # 二十百 is no number
    else:
        count = _value(left, leads=leads)
    rest = _rest(right, scale)
    if count is None or rest is None or (right and count != int(count)):
        return None
    return count * scale + rest


def _rest(text: str, scale: int) -> Decimal | None:
    """What follows a unit: a bare digit counts one unit lower, 三万五 is 35000, unless 零 parts."""
    if not text:
        return Decimal(0)
    plain = text.removeprefix("零")
    if text == "半" and scale > 10:
        rest: Decimal | None = Decimal(scale) / 2
    elif len(plain) == 1 and (plain in DIGITS or "1" <= plain <= "9"):
        digit = Decimal(DIGITS.get(plain, plain))
        rest = digit if plain != text else digit * scale / 10
    elif plain.isascii() and plain == text and len(plain) < len(str(scale)) - 2:
        return None  # 3万50 may mean 30050 or 35000
    else:
        rest = _value(plain, leads=False)
    is_within = rest is not None and rest == int(rest) and rest < scale
    return rest if is_within else None


def _without_unit(text: str) -> Decimal | None:
    if _ARABIC.fullmatch(text):
        return Decimal(text)
    if _GROUPED.fullmatch(text):
        return Decimal(text.replace(",", ""))
    if text == "半":
        return Decimal("0.5")
    if len(text) == 1 and text in DIGITS:
        return Decimal(DIGITS[text])
    # Two digits side by side are a spread, 三四, or no number.
    if _SPELLED.fullmatch(text) and (len(text) > 2 or "零" in text):
        return Decimal("".join(str(DIGITS[c]) for c in text))
    return None
