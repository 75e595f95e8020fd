"""What copying from a web page leaves around a text, and marks of characters lost on the way."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from ingest.content import Paragraph, Table
from knowledge.kit.yaml import read_yaml

_LEADING = 3
_LONGEST_RELATED = 60
_LOST_CHARACTER = "\ufffd"


def strip_residue(items: Sequence[Paragraph | Table]) -> list[Paragraph | Table]:
    """The items without breadcrumbs before and link lists behind the text.

    A closing line counts only when nothing but short lines follows: 相关链接 inside a text
    stays.
    """
    kept = [
        item
        for index, item in enumerate(items)
        if not (index < _LEADING and _matches("leading", item))
    ]
    end = len(kept)
    for index in range(len(kept) - 1, 0, -1):
        item = kept[index]
        if _matches("closing", item):
            end = index
        elif not isinstance(item, Paragraph) or not _may_be_related(item.text):
            break
    return kept[:end]


def is_garbled(text: str) -> bool:
    """Whether characters of the text were lost before it came to us."""
    return _LOST_CHARACTER in text or bool(_patterns()["garbled"].search(text))


def _may_be_related(text: str) -> bool:
    return len(text) <= _LONGEST_RELATED and not text.endswith(("。", "；"))


def _matches(key: str, item: Paragraph | Table) -> bool:
    return isinstance(item, Paragraph) and bool(_patterns()[key].search(item.text))


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    text = files("ingest.normaliser").joinpath("residue.yaml").read_text("utf-8")
    return {key: re.compile(str(value)) for key, value in read_yaml(text).items()}
