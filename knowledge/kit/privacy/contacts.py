"""Finds mail addresses, account names that are called so, and number plates."""

import re
from collections.abc import Iterator

from knowledge.kit.privacy.spans import Label, Span
from knowledge.kit.privacy.words import words

_NAME = r"[A-Za-z0-9._%+-]"
# A run of such characters is read once, from where it begins, and never given back.
_MAIL = re.compile(rf"(?<!{_NAME}){_NAME}++\s?@\s?[A-Za-z0-9-]++(?:\.[A-Za-z0-9-]++)+")
_HAN_LABELS = "|".join(sorted(words("before_account"), key=len, reverse=True))
_LATIN_LABELS = "|".join(sorted(words("latin_before_account"), key=len, reverse=True))
# Without a word or sign between, the name must show that it is one by a digit or _.
_ACCOUNT = re.compile(
    rf"(?:{_HAN_LABELS}|(?<![A-Za-z-])(?:{_LATIN_LABELS})(?![A-Za-z]))(?:"
    r"\s*(?:号码|号|是|为|:|加)+\s*(?P<told>[A-Za-z0-9][A-Za-z0-9_-]{4,29})"
    r"|\s{0,3}(?P<shown>(?=[A-Za-z_-]{0,29}[0-9_])[A-Za-z0-9][A-Za-z0-9_-]{4,29}))",
    re.IGNORECASE,
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]\s?\.?\s?"
    r"(?=[A-Z]{0,5}[0-9])[A-HJ-NP-Z0-9]{5,6}(?![A-Za-z0-9])"
)


def find_contacts(view: str) -> Iterator[Span]:
    """Spans in a plain view of a text."""
    if "@" in view:
        for mail in _MAIL.finditer(view):
            yield Span(mail.start(), mail.end(), Label.MAIL)
    for account in _ACCOUNT.finditer(view):
        start, end = account.span("told" if account["told"] else "shown")
        yield Span(start, end, Label.ACCOUNT)
    for plate in _PLATE.finditer(view):
        yield Span(plate.start(), plate.end(), Label.PLATE)
