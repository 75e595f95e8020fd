"""Stretches of a text that are to be masked, and how they are replaced."""

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple


class Label(StrEnum):
    """What stands for masked data."""

    ID_NUMBER = "[身份证号]"
    BANK_CARD = "[银行卡号]"
    PHONE = "[手机号]"
    LANDLINE = "[电话]"
    NUMBER = "[号码]"
    MAIL = "[邮箱]"
    ACCOUNT = "[账号]"
    PLATE = "[车牌]"
    ADDRESS = "[地址]"
    NAME = "[姓名]"


class Span(NamedTuple):
    """Characters ``start`` to ``end`` (not included) of a text, and what they are."""

    start: int
    end: int
    label: Label


def replace_spans(text: str, spans: Iterable[Span]) -> str:
    """The text with each span replaced by its label; spans that overlap become one."""
    parts, done = [], 0
    for span in _merged(spans):
        parts += [text[done : span.start], span.label]
        done = span.end
    return "".join([*parts, text[done:]])


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start < merged[-1].end:
            last = merged.pop()
            span = Span(last.start, max(last.end, span.end), last.label)
        merged.append(span)
    return merged
