"""Brings the characters of a document into the form in which the corpus is written.

Other than :mod:`knowledge.understanding.normaliser`, which folds questions, this keeps
Chinese punctuation as printed: the text will be quoted.
"""

import re
import unicodedata
from functools import cache

import opencc

from knowledge.kit.texts import without_radicals

_CONTROL = re.compile(
    "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\xad\\ud800-\\udfff\\ue000-\\uf8ff\\ufeff"
    "\\ufffd-\\uffff\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064]"
)
_SPACES = re.compile(r"[ \t\u3000\xa0\u2000-\u200a\u2002]+")
# Full-width letters and digits, radicals and variants that PDF fonts give for characters.
_FOLDED = re.compile(
    "[\\uff10-\\uff19\\uff21-\\uff3a\\uff41-\\uff5a\\uff05\\uff0b\\uff0e\\uff0f\\uff1d\\u2f00-\\u2fdf"
    "\\uf900-\\ufaff]"
)
# 鄉(xiāng), 業（yè）: a gloss that web converters leave behind a character.
_PINYIN_GLOSS = re.compile(r"(?<=[\u3400-\u9fff])[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]{1,6}[)）]")
_SPREAD_OUT = re.compile(
    r"(?<![\u4e00-\u9fff])(?:[\u4e00-\u9fff] ){2,}[\u4e00-\u9fff](?![\u4e00-\u9fff])"
)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_TRADITIONAL_SHARE = 0.02
_FEWEST_TRADITIONAL = 3


def fold(text: str) -> str:
    """One paragraph or cell: stray marks, glosses, width and spacing put right."""
    text = _CONTROL.sub("", text)
    text = _FOLDED.sub(lambda match: unicodedata.normalize("NFKC", match[0]), text)
    text = without_radicals(text)
    text = _PINYIN_GLOSS.sub("", text)
    text = _SPACES.sub(" ", text).strip()
    return _SPREAD_OUT.sub(lambda match: match[0].replace(" ", ""), text)


def is_traditional(text: str) -> bool:
    """Whether a whole document is written in traditional characters.

    A few do not count: 乾县 or 於 as a name would be spoilt by conversion.
    """
    chinese = "".join(_CHINESE.findall(text))
    changed = [a for a, b in zip(chinese, to_simplified(chinese), strict=False) if a != b]
    several = len(set(changed)) >= _FEWEST_TRADITIONAL
    return several and len(changed) > _TRADITIONAL_SHARE * len(chinese)


def to_simplified(text: str) -> str:
    """The text in simplified characters."""
    return str(_converter().convert(text))


@cache
def _converter() -> opencc.OpenCC:
    # Of the tables only this one tells 凝聚著 (凝聚着) from 著作.
    return opencc.OpenCC("tw2s")
