"""Page furniture: running heads, running feet and page numbers."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.content import Line, Page

_EDGE = 2
_DIGITS = re.compile(r"\d+")
_MARKED_NUMBER = re.compile(
    r"^(?:[-—–－一•·]{1,2} ?\d{1,4} ?[-—–－一•·]{1,2}"
    r"|第 ?\d{1,4} ?页(?: ?[,，/]? ?共 ?\d{1,4} ?页)?|\d{1,4} ?/ ?\d{1,4})$"
)
_BARE_NUMBER = re.compile(r"^\d{1,4}$")


def strip_furniture(pages: Sequence[Page]) -> tuple[Page, ...]:
    """The pages without lines that are only there because paper ends.

    A running head is a line that stands at the edge of most pages, its digits aside.
    """
    running = _running_lines(pages)
    return tuple(
        Page(
            tuple(
                item
                for index, item in enumerate(page.items)
                if not (isinstance(item, Line) and _is_furniture(item, index, page, running))
            )
        )
        for page in pages
    )


def _running_lines(pages: Sequence[Page]) -> frozenset[str]:
    if len(pages) < 3:
        return frozenset()
    counts: Counter[str] = Counter()
    for page in pages:
        edge = {_shape(item) for i, item in enumerate(page.items) if _at_edge(i, page)}
        counts.update(shape for shape in edge if shape)
    return frozenset(shape for shape, count in counts.items() if count >= max(3, 0.5 * len(pages)))


def _is_furniture(line: Line, index: int, page: Page, running: frozenset[str]) -> bool:
    text = line.text.strip()
    if _MARKED_NUMBER.match(text):
        return True
    if not _at_edge(index, page):
        return False
    return bool(_BARE_NUMBER.match(text)) or _shape(line) in running


def _at_edge(index: int, page: Page) -> bool:
    return index < _EDGE or index >= len(page.items) - _EDGE


def _shape(item: object) -> str:
    return _DIGITS.sub("#", item.text.strip()) if isinstance(item, Line) else ""
