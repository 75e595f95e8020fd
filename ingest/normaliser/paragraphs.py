"""Printed lines joined to paragraphs, tables that a page break cut in two made whole."""

import re
from collections.abc import Iterable, Sequence

from ingest.content import Line, Page, Paragraph, Table
from ingest.outline import starts_unit

_SENTENCE_END = re.compile(r"[。！？!?；;：:…][”’\"')）》」』]*$")
_OPEN_END = re.compile(r"[，,、（(《“‘]$")
# No printed paragraph begins so: the rest of a bracket, a year of a number, a comma.
_NEVER_FIRST = re.compile(r"^[，。、；：？！）)》”’〕\]】〔]")
# An opening bracket that nothing closes; scans and typists mix widths.
_OPEN_BRACKET = re.compile(r"[（(][^（()）]*$|《[^《》]*$|[〔\[][^〕\]]*$")
# The number of a document on a line of its own, as below a title.
_NUMBER_LINE = re.compile(r"^[\u4e00-\u9fff]{2,12}[〔\[［]\d{4}[〕\]］]\d+号$")
_INDENT, _SHORTFALL = 1.2, 3.2
# Signatures and dates are set to the right, far from where any paragraph begins.
_DEEPEST_HANGING = 6


def join_lines(pages: Sequence[Page]) -> list[Paragraph | Table]:
    """All pages as one run of paragraphs and tables."""
    joined: list[Paragraph | Table] = []
    pending: list[Line] = []

    def finish() -> None:
        if pending:
            joined.append(Paragraph(_concatenate(line.text for line in pending)))
            pending.clear()

    for page in pages:
        margins = _Margins(page)
        for item in page.items:
            if isinstance(item, Line):
                if pending and not margins.continues(pending[-1], item):
                    finish()
                pending.append(item)
            else:
                finish()
                joined.append(item)
        # A sentence may run on over the page; what follows is judged by the next margins.
    finish()
    return _merge_tables(joined)


class _Margins:
    """Where the text of a page begins and ends; in the unit of its lines."""

    def __init__(self, page: Page) -> None:
        lines = [item for item in page.items if isinstance(item, Line)]
        lefts = sorted(line.left for line in lines)
        self._left = lefts[len(lefts) // 10] if lefts else 0.0
        self._right = max((line.right for line in lines), default=0.0)

    def continues(self, before: Line, line: Line) -> bool:
        """Whether ``line`` goes on in the paragraph of the line ``before`` it."""
        if line.after_gap:
            return False
        if _NEVER_FIRST.match(line.text):
            return True
        if starts_unit(line.text) or _NUMBER_LINE.match(line.text):
            return False
        if _OPEN_END.search(before.text) or _OPEN_BRACKET.search(before.text):
            return True
        is_full = before.right >= self._right - _SHORTFALL * before.size
        is_indented = line.left > self._left + _INDENT * line.size
        if _SENTENCE_END.search(before.text):
            return is_full and not is_indented
        hangs = (
            before.left >= line.left - 0.5 * line.size
            and line.left <= self._left + _DEEPEST_HANGING * line.size
        )
        return is_full and (not is_indented or hangs)


def _concatenate(texts: Iterable[str]) -> str:
    joined = ""
    for text in texts:
        between_words = joined[-1:].isascii() and joined[-1:].isalpha() and text[:1].isascii()
        joined += (" " if between_words and text[:1].isalpha() else "") + text
    return joined


def _merge_tables(items: list[Paragraph | Table]) -> list[Paragraph | Table]:
    merged: list[Paragraph | Table] = []
    for item in items:
        last = merged[-1] if merged else None
        if (
            isinstance(item, Table)
            and isinstance(last, Table)
            and len(item.rows[0]) == len(last.rows[0])
        ):
            repeats_header = item.rows[0] == last.rows[0]
            further = _hanging_filled(last.rows, item.rows[int(repeats_header) :])
            merged[-1] = Table(last.rows + further)
        else:
            merged.append(item)
    return merged


_Rows = tuple[tuple[str, ...], ...]


def _hanging_filled(above: _Rows, below: _Rows) -> _Rows:
    """The rows of the next page with what hangs down into them from the page before.

    A cell that covers the last rows of a page and is empty at the top of the next goes on there;
    one of a single row may as well be followed by an empty one.
    """
    filled = [list(row) for row in below]
    for column, text in enumerate(above[-1]):
        hangs = len(above) > 1 and text and above[-2][column] == text
        for row in filled:
            if not hangs or row[column]:
                break
            row[column] = text
    return tuple(tuple(row) for row in filled)
