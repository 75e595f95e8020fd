"""Brings what people type into the form in which the corpus is written."""

import re
from dataclasses import dataclass
from functools import cache

import opencc

from knowledge.kit.texts import clean, shorten
from knowledge.understanding.homophones import correct

# 鄉(xiāng): a gloss that web converters leave behind a character.
_PINYIN_GLOSS = re.compile(r"(?<=[\u4e00-\u9fff])\([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜü]+\)")
# What people type is read up to here, in characters: reading takes about 50 µs for each.
LONGEST = 2000
_TEN_THOUSAND = re.compile(r"(?<=\d)[wW](?![a-zA-Z])")


@dataclass(frozen=True, slots=True)
class NormalText:
    """A folded text, and whether it was written in traditional characters."""

    text: str
    is_traditional: bool


def normalise(raw: str) -> NormalText:
    """What a person typed: folded, and homophones of field words put right.

    Of what is longer than :data:`LONGEST`, beginning and end.
    """
    # Once more after folding, by which one character may become eighteen.
    folded = fold(shorten(clean(shorten(raw, LONGEST)), LONGEST))
    return NormalText(correct(folded.text), folded.is_traditional)


def fold(raw: str) -> NormalText:
    """Clean, strip pinyin glosses, fold traditional to simplified characters."""
    cleaned = _PINYIN_GLOSS.sub("", clean(raw))
    simplified = to_simplified(cleaned)
    changed = sum(a != b for a, b in zip(cleaned, simplified, strict=False))
    text = _TEN_THOUSAND.sub("万", simplified)
    return NormalText(text, is_traditional=changed >= 2)


def to_simplified(text: str) -> str:
    """The text in simplified characters."""
    return str(_converter("t2s").convert(text))


def to_traditional(text: str) -> str:
    """The text in traditional characters, for those who write them."""
    return str(_converter("s2t").convert(text))


@cache
def _converter(name: str) -> opencc.OpenCC:
    return opencc.OpenCC(name)
