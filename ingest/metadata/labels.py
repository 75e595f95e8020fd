"""Labelled facts that portals print beside a document: 发文字号：…, 成文日期：…."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from ingest.content import Paragraph, Table
from ingest.metadata.words import words

_LOOKED_AT = 12


def read_labels(items: Sequence[Paragraph | Table]) -> dict[str, str]:
    """Label key (of ``words.yaml``) to what stands behind it, from the beginning of a text."""
    facts: dict[str, str] = {}
    for item in items[:_LOOKED_AT]:
        pairs = _of_table(item) if isinstance(item, Table) else _of_text(item.text)
        for key, value in pairs:
            facts.setdefault(key, value)
    return facts


def is_data_sheet(item: Paragraph | Table) -> bool:
    """Whether an item consists of labelled facts only."""
    if isinstance(item, Table):
        return len(list(_of_table(item))) >= 2
    return bool(_of_text(item.text)) and len(item.text) <= 80


def _of_table(table: Table) -> Iterable[tuple[str, str]]:
    for row in table.rows:
        for label, value in pairwise(row):
            match = _labels().fullmatch(label.strip().rstrip(":：").strip())
            if match and match.lastgroup and value.strip():
                yield match.lastgroup, value.strip()
        for cell in row:
            yield from _of_text(cell)


def _of_text(text: str) -> list[tuple[str, str]]:
    if not (found := list(_labelled().finditer(text))):
        return []
    ends = [match.start() for match in found[1:]] + [len(text)]
    return [
        (match.lastgroup, value)
        for match, end in zip(found, ends, strict=True)
        if match.lastgroup and (value := text[match.end() : end].strip(" 　；;|"))
    ]


@cache
def _labels() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{key}>{value})" for key, value in words()["labels"].items()))


@cache
def _labelled() -> re.Pattern[str]:
    alternatives = "|".join(
        f"(?P<{key}>(?:{value}) ?[:：])" for key, value in words()["labels"].items()
    )
    return re.compile(f"(?:(?<=[ |；;（(【\\[])|^)(?:{alternatives})")
