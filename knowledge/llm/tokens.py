"""Hides from the model what it must not touch, and puts it back.

A token ``〔f1〕`` stands for a figure with its unit and bound ("不超过30万元"), ``〔c1〕`` for
neighbouring citations, ``〔t1〕`` for a document's title and number, ``〔p1〕`` for a place and
``〔w1〕`` for a warning or what stands in brackets, where answers put conditions and dates.
Whatever is neither a Chinese character nor usual punctuation is hidden as a figure, so that
a hidden text has no digit and no Latin letter of its own.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml
from knowledge.understanding.places import find_places

TOKEN = re.compile(r"〔[cftpw]\d+〕")
WARNING = "w"

_SAFE = "\u4e00-\u9fff，。、；：！？“”‘’（）《》—…· "
FOREIGN = re.compile(f"[^{_SAFE}]")

_CHINESE_DIGITS = "零〇一二两三四五六七八九十百千万亿半几数"
_UNIT = (
    "(?:个?工作日|个?月|个百分点|个基点|周岁|万元|亿元|万人|人次|元|万|亿|年|日|天|小时|次|人|名|岁|倍"
    "|类|项|个|份|户|家|条|款|号|季度|期|成|折)"
)
# A number in Chinese characters: with a unit, as a share, or of two characters and more.
CHINESE_NUMBER = re.compile(
    rf"百分之[{_CHINESE_DIGITS}点]+|千分之[{_CHINESE_DIGITS}点]+"
    rf"|[{_CHINESE_DIGITS}]+分之[{_CHINESE_DIGITS}]+"
    rf"|[{_CHINESE_DIGITS}]+{_UNIT}|[{_CHINESE_DIGITS[:15]}]{{2,}}"
)
_BEFORE = (
    "(?:不超过|不高于|不低于|不少于|不得超过|不得低于|不足|超过|高于|低于|最高|最多|最长|至多|至少|最低|最少|约为?"
    "|年?满|自|从|至|到|近|第)?"
)
_AFTER = "(?:以上|以下|以内|以前|以后|之内|之前|之后|左右|起|前|后|内|止|多|余|整)*"
_FIGURE = re.compile(
    rf"{_BEFORE}(?:(?:{CHINESE_NUMBER.pattern}|{FOREIGN.pattern}+){_UNIT}*)+{_AFTER}", re.DOTALL
)
_CITATION = re.compile(r"(?:\[\d+\])+")
_BRACKETED = re.compile(r"（(?:[^（）]|（[^（）]*）)*）")
_TITLE = re.compile(r"《(?:[^《》]|《[^《》]*》)*》(?:（[^（）]{1,40}号）)?")

_Finder = Callable[[str], Iterable[re.Match[str]]]


class TokenTable:
    """The tokens given out for one answer; every occurrence has a token of its own."""

    def __init__(self) -> None:
        self._hidden: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def __contains__(self, token: str) -> bool:
        return token in self._hidden

    def hide(self, line: str) -> str:
        """The line with tokens in place of all that is not plain wording."""
        parts = [_Part(line)]
        for kind, find in (
            ("t", _TITLE.finditer),
            (WARNING, _BRACKETED.finditer),
            ("c", _CITATION.finditer),
            (WARNING, _warnings().finditer),
            ("p", _find_places),
            ("f", _FIGURE.finditer),
        ):
            parts = [piece for part in parts for piece in self._split(part, kind, find)]
        return "".join(part.text for part in parts)

    def restore(self, line: str) -> str:
        """The line with what its tokens stand for.

        Raises:
            KeyError: it has a token that was not given out.
        """
        return TOKEN.sub(lambda match: self._hidden[match[0]], line)

    def _split(self, part: "_Part", kind: str, find: _Finder) -> Iterator["_Part"]:
        if part.is_token:
            yield part
            return
        end = 0
        for match in find(part.text):
            yield _Part(part.text[end : match.start()])
            yield _Part(self._token(kind, match[0]), is_token=True)
            end = match.end()
        yield _Part(part.text[end:])

    def _token(self, kind: str, original: str) -> str:
        self._counts[kind] += 1
        token = f"〔{kind}{self._counts[kind]}〕"
        self._hidden[token] = original
        return token


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    is_token: bool = False


def _find_places(text: str) -> Iterable[re.Match[str]]:
    names = {re.escape(place.text) for place in find_places(text)}
    return re.finditer("|".join(sorted(names, key=len, reverse=True)), text) if names else ()


@cache
def _warnings() -> re.Pattern[str]:
    content = files("knowledge.llm").joinpath("guarded.yaml").read_text("utf-8")
    return re.compile("|".join(read_yaml(content)["warnings"]))
