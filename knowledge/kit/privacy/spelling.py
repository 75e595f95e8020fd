"""Reads every way of writing a digit, letter or dash as the plain one, place by place."""

import unicodedata
from functools import cache

# 两 is said for 2, 幺 for 1; 洞 and 拐 are how a radio operator says 0 and 7.
_SPELLED = {
    "0": "零〇○洞",
    "1": "一壹幺弌",
    "2": "二贰貳弍两兩",
    "3": "三叁參叄弎",
    "4": "四肆",
    "5": "五伍",
    "6": "六陆陸",
    "7": "七柒拐",
    "8": "八捌",
    "9": "九玖",
    "X": "xXｘＸ×✕✖Ⅹⅹ",
    "-": "–—―‐‑‒−－﹣",
    ".": "。．·・•﹒｡",
    " ": "\xa0\u3000\u2002\u2003\u2009\u202f",
}
_LAST_DIGIT = 0x1FBF9  # after the digits of legacy computing Unicode has none


def plain_view(text: str) -> str:
    """A text of the same length, to look for numbers in.

    Whatever Unicode calls a digit is 0 to 9, Chinese numerals too; full-width letters and
    signs are ASCII, the x of an ID number is ``X``. Units (十, 百, 万) stay as they are, so
    that an amount does not become a row of digits.
    """
    return text.translate(_table())


@cache
def _table() -> dict[int, str]:
    table = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
    for code in range(0x80, _LAST_DIGIT + 1):
        if (sign := chr(code)).isdigit():
            table[code] = str(unicodedata.digit(sign))
    for plain, written in _SPELLED.items():
        table |= {ord(sign): plain for sign in written}
    return table
