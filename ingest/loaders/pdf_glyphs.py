"""From the glyphs of a PDF page to runs of text, as its reader takes them."""

import ctypes
import math

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.loaders.grid import Ruling
from ingest.loaders.layout import Fragment
from ingest.loaders.raised import without_note_mark

# Line ends as PDFium makes them up, hyphens of broken words, glyphs without a character.
_LINE_ENDS = "\r\n\x02\ufffe\x00"
# A glyph so much smaller than the one before it, its foot so much higher, is set above the line.
_RAISED_SIZE, _RAISED_FOOT = 0.9, 0.1
# Stamped across the page: neither along nor across it, by so many radians.
_SLANT = 0.1
# So light, from 0 to 255, or so far to be seen through, print is a watermark; white stands on
# coloured ground.
_LIGHT, _WHITE, _FAINT = 200, 250, 100

_Glyph = tuple[str, float, float, float, float]
"""A character and its box: left, right, top, bottom."""


def read_fragments(page: pdfium.PdfPage, rulings: list[Ruling]) -> list[Fragment]:
    """Runs of glyphs without a gap or a vertical line between, y running down.

    Without what is struck through, stamped across, too pale to be read, or marks a note.
    """
    text_page = page.get_textpage()
    height = page.get_height()
    strokes = [ruling for ruling in rulings if ruling.is_horizontal]
    runs = _Runs([ruling for ruling in rulings if not ruling.is_horizontal])
    for index in range(text_page.count_chars()):
        char = chr(pdfium_c.FPDFText_GetUnicode(text_page, index) or 0xFFFD)
        if char in _LINE_ENDS:
            runs.end_line()
            continue
        left, low, right, high = text_page.get_charbox(index, loose=True)
        glyph = (" " if char.isspace() else char, left, right, height - high, height - low)
        if not char.isspace() and _is_no_text(text_page, index):
            continue
        if _is_struck(text_page, index, strokes, height):
            runs.skip(glyph)
        else:
            runs.take(glyph)
    return runs.fragments()


class _Runs:
    """Glyphs as they come, put into runs."""

    def __init__(self, verticals: list[Ruling]) -> None:
        self._verticals = verticals
        self._done: list[Fragment] = []
        self._run: list[_Glyph] = []
        self._raised: list[_Glyph] = []
        self._last: _Glyph | None = None

    def take(self, glyph: _Glyph) -> None:
        """A glyph of the text, on the line or raised above it."""
        last = self._last
        before = self._raised[-1] if self._raised else last
        if last and before and _is_raised(last, glyph, before):
            self._raised.append(glyph)
            return
        self._settle()
        self._last = glyph
        if self._run and _are_apart(self._run[-1], glyph, self._verticals):
            self._finish()
        if self._run or glyph[0] != " ":
            self._run.append(glyph)

    def skip(self, glyph: _Glyph) -> None:
        """A glyph that is no text: what follows goes on where it ends."""
        if self._run:
            self._run[-1] = (*self._run[-1][:2], glyph[2], *self._run[-1][3:])

    def end_line(self) -> None:
        """PDFium ends a line; it takes a raised mark for the end of one too."""
        if not self._raised:
            self._finish()

    def fragments(self) -> list[Fragment]:
        """All runs, the last one ended."""
        self._settle()
        self._finish()
        return self._done

    def _settle(self) -> None:
        """Put what was raised where it stands, without what only marks a note."""
        if self._raised and self._last:
            before = "".join(glyph[0] for glyph in self._run) or self._last[0]
            kept = without_note_mark("".join(glyph[0] for glyph in self._raised), before)
            left, right = self._raised[0][1], self._raised[-1][2]
            self._run.append((kept, left, right, *self._last[3:]))
        self._raised.clear()

    def _finish(self) -> None:
        text = "".join(glyph[0] for glyph in self._run).rstrip()
        if text:
            left, right = self._run[0][1], self._run[-1][2]
            top = min(glyph[3] for glyph in self._run)
            bottom = max(glyph[4] for glyph in self._run)
            self._done.append(Fragment(text, left, top, right, bottom))
        self._run.clear()


def _is_no_text(text_page: pdfium.PdfTextPage, index: int) -> bool:
    """Whether a glyph is stamped across the page, or too light to be read."""
    angle = pdfium_c.FPDFText_GetCharAngle(text_page, index) % (math.pi / 2)
    if _SLANT < angle < math.pi / 2 - _SLANT:
        return True
    channels = [ctypes.c_uint() for _ in range(4)]
    if not pdfium_c.FPDFText_GetFillColor(text_page, index, *map(ctypes.byref, channels)):
        return False
    *colours, opacity = (channel.value for channel in channels)
    return _LIGHT <= min(colours) < _WHITE or opacity < _FAINT


def _is_struck(
    text_page: pdfium.PdfTextPage, index: int, strokes: list[Ruling], height: float
) -> bool:
    """Whether a line runs through the middle of a glyph's ink."""
    left, low, right, high = text_page.get_charbox(index)
    top, bottom = height - high, height - low
    middle, tall = (left + right) / 2, bottom - top
    return any(
        stroke.x0 - 1 <= middle <= stroke.x1 + 1
        and abs((stroke.y0 + stroke.y1) / 2 - (top + bottom) / 2) < 0.25 * tall
        for stroke in strokes
    )


def _is_raised(base: _Glyph, glyph: _Glyph, before: _Glyph) -> bool:
    """Whether a glyph right behind another is smaller than the last on the line, and higher."""
    tall = base[4] - base[3]
    is_smaller = glyph[4] - glyph[3] < _RAISED_SIZE * tall
    is_next = abs(glyph[1] - before[2]) < tall
    return is_smaller and is_next and base[4] - glyph[4] > _RAISED_FOOT * tall


def _are_apart(before: _Glyph, after: _Glyph, verticals: list[Ruling]) -> bool:
    """Whether two glyphs belong to different words, lines or cells."""
    size = max(after[4] - after[3], 1)
    if after[0] == " ":
        return after[2] - after[1] > 0.8 * size
    gap = after[1] - before[2]
    return not -1.5 * size < gap < 0.8 * size or any(
        before[2] - 1 <= ruling.x0 <= after[1] + 1
        and ruling.y0 <= (after[3] + after[4]) / 2 <= ruling.y1
        for ruling in verticals
    )
