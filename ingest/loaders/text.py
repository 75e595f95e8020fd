"""Plain text, hard-wrapped or with one paragraph a line."""

import unicodedata

from ingest.content import FileContent, FileKind, Line, Page, Paragraph
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.encoding import decode_text

_NARROWEST_WRAPPED, _WIDEST_WRAPPED = 40, 130
_NEAR = 6
_FEWEST_OPEN = 3


def load_text(data: bytes, _limits: LoadLimits, _on_page: OnPage) -> FileContent:
    """Lines of a hard-wrapped text, else paragraphs; a form feed starts a page."""
    text = decode_text(data)
    wrapped = _is_hard_wrapped(text)
    pages = [_wrapped_page(part) if wrapped else _plain_page(part) for part in text.split("\f")]
    return FileContent(FileKind.TEXT, tuple(pages))


def _plain_page(text: str) -> Page:
    return Page(tuple(Paragraph(line.strip()) for line in text.split("\n") if line.strip()))


def _wrapped_page(text: str) -> Page:
    lines = []
    after_gap = True
    for raw in text.split("\n"):
        if bare := raw.strip():
            left = _columns(raw) - _columns(raw.lstrip())
            lines.append(Line(bare, left, left + _columns(bare), 2, after_gap))
        after_gap = not bare
    return Page(tuple(lines))


def _is_hard_wrapped(text: str) -> bool:
    """Whether many lines end near one right margin without ending a sentence."""
    widths = [
        (_columns(line.rstrip()), line.rstrip()[-1]) for line in text.split("\n") if line.strip()
    ]
    margin = max((width for width, _ in widths), default=0)
    long = [(width, last) for width, last in widths if width >= 20]
    open_at_margin = [
        width for width, last in long if width >= margin - _NEAR and last not in "。！？；：.!?;:"
    ]
    is_page_wide = _NARROWEST_WRAPPED <= margin <= _WIDEST_WRAPPED
    return is_page_wide and len(open_at_margin) >= max(_FEWEST_OPEN, 0.3 * len(long))


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
