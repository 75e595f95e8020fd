"""Finds the title of a document."""

import re
from collections.abc import Collection, Sequence
from functools import cache
from itertools import pairwise

from ingest.content import Paragraph, Table
from ingest.metadata.bodies import read_bodies
from ingest.metadata.dates import read_date
from ingest.metadata.number import is_number_line
from ingest.metadata.words import words
from ingest.outline import read_mark

_LOOKED_AT = 14
_LONGEST, _LONGEST_LINE = 160, 70
_LABEL = re.compile(r"^(?:标\s*题|名\s*称|主\s*题) ?[:：] ?")
_BRACKETS = r"(?:[（(【〔][^（()）】〕]{1,24}[)）】〕])*"
_SIGNED = re.compile(
    r"签发人|^[（(].*[)）]$"
    r"|^(?:各|来源|作者|发布|时间|日期|索引|浏览|字号|首页|当前位置|[- ]*相关推荐)"
)


def find_title(
    items: Sequence[Paragraph | Table], given: str | None, *, skip: Collection[int]
) -> tuple[str | None, set[int]]:
    """The title and the places of its lines; ``given`` is what the format itself names.

    A headline that ends like a title (通知, 办法 …) is best, then the given one, then a
    heading, then a short first line.
    """
    lines = [
        (index, _LABEL.sub("", item.text), item.level)
        for index, item in enumerate(items[:_LOOKED_AT])
        if isinstance(item, Paragraph) and index not in skip and not _is_other(item.text)
    ]
    for position, (_, text, _) in enumerate(lines):
        for count in (1, 2, 3):
            group = lines[position : position + count]
            joined = "".join(line for _, line, _ in group)
            if len(group) == count and _is_title(joined, group, items):
                return joined, {index for index, _, _ in group}
        if text.endswith(("。", "：", ":")):
            break
    if given:
        return given, {index for index, text, _ in lines if text == given}
    heading = next(((i, text) for i, text, level in lines if level == 1), None)
    if heading is None and lines and len(lines[0][1]) <= _LONGEST_LINE:
        first = lines[0]
        heading = (first[0], first[1]) if not first[1].endswith("。") else None
    return (heading[1], {heading[0]}) if heading else (None, set())


def _is_other(text: str) -> bool:
    return bool(
        is_number_line(text)
        or read_date(text)
        or read_mark(text)
        or read_bodies(text)
        or _SIGNED.search(text)
    )


def _is_title(
    joined: str, group: Sequence[tuple[int, str, int | None]], items: Sequence[Paragraph | Table]
) -> bool:
    adjacent = all(b[0] - a[0] == 1 for a, b in pairwise(group))
    unfinished = all(not _ends().search(text) for _, text, _ in group[:-1])
    short = all(len(text) <= _LONGEST_LINE for _, text, _ in group) and len(joined) <= _LONGEST
    return (
        bool(_ends().search(joined))
        and adjacent
        and unfinished
        and short
        and not re.search(r"[。；;：:]", joined)
        and len(joined) >= 5
    )


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(f"{words()['title_ends']}{_BRACKETS}$")
