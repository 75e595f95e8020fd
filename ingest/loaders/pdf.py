"""PDF: its text where it has one, character recognition for scanned pages.

PDFium knows no threads; loaders run in worker processes, one file at a time.
"""

import ctypes
import math

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.content import FileContent, FileKind, Page
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.encoding import is_plausible_chinese
from ingest.loaders.grid import Ruling
from ingest.loaders.layout import Fragment, lay_out
from ingest.loaders.ocr import Image, PageReader
from ingest.loaders.raised import without_note_mark

_FEWEST_GLYPHS = 12
_MAX_DEPTH = 8
_THIN = 2.5
_LONGEST_SIDE_PX = 4500
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


def load_pdf(data: bytes, limits: LoadLimits, on_page: OnPage) -> FileContent:
    """Lines and ruled tables page by page."""
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        protected = error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY)
        reason = Reason.ENCRYPTED if protected else Reason.DAMAGED
        raise UnreadableFileError(reason) from error
    with document:
        try:
            return _load(document, limits, on_page)
        except pdfium.PdfiumError as error:
            raise UnreadableFileError(Reason.DAMAGED) from error


def _load(document: pdfium.PdfDocument, limits: LoadLimits, on_page: OnPage) -> FileContent:
    pages: list[Page | None] = [_text_page(page, limits.max_paragraph) for page in document]
    scanned = [index for index, page in enumerate(pages) if page is None]
    if len(scanned) > limits.max_scanned_pages:
        raise UnreadableFileError(Reason.TOO_MANY_SCANNED_PAGES)
    reader = PageReader(limits.max_paragraph) if scanned else None
    for done, index in enumerate(scanned, start=1):
        assert reader is not None
        pages[index] = reader.read(_render(document[index], limits.ocr_dpi), index + 1)
        on_page(len(pages) - len(scanned) + done, len(pages))
    if reader is not None:
        reader.check_legibility()
    read = tuple(page for page in pages if page is not None)
    unread = tuple(reader.unread) if reader else ()
    return FileContent(FileKind.PDF, read, scanned_pages=len(scanned), unread_pages=unread)


def _text_page(page: pdfium.PdfPage, most: int) -> Page | None:
    """The page from its text; None when it shows pictures of text instead.

    An empty page without pictures has no lines.
    """
    objects = list(page.get_objects(max_depth=_MAX_DEPTH))
    rulings = _rulings(objects, page.get_height())
    fragments = _fragments(page, rulings)
    text = "".join(fragment.text for fragment in fragments)
    has_picture = any(item.type == pdfium_c.FPDF_PAGEOBJ_IMAGE for item in objects)
    has_shapes = any(item.type == pdfium_c.FPDF_PAGEOBJ_PATH for item in objects)
    if has_picture and len(text) < _FEWEST_GLYPHS:
        return None
    # Fonts without a character map give junk; fonts turned into outlines give nothing.
    if text and not is_plausible_chinese(text):
        return None
    if not text and has_shapes and len(objects) > _FEWEST_GLYPHS:
        return None
    return lay_out(fragments, rulings, most)


def _fragments(page: pdfium.PdfPage, rulings: list[Ruling]) -> list[Fragment]:
    """Runs of glyphs without a gap or a vertical line between, y running down.

    Without what is struck through, stamped across, too light to be read, or marks a note.
    """
    text_page = page.get_textpage()
    height = page.get_height()
    verticals = [ruling for ruling in rulings if not ruling.is_horizontal]
    strokes = [ruling for ruling in rulings if ruling.is_horizontal]
    fragments: list[Fragment] = []
    run: list[_Glyph] = []
    last: _Glyph | None = None

    def finish() -> None:
        if run:
            text = "".join(glyph[0] for glyph in run).rstrip()
            left, right = run[0][1], run[-1][2]
            top, bottom = min(glyph[3] for glyph in run), max(glyph[4] for glyph in run)
            if text:
                fragments.append(Fragment(text, left, top, right, bottom))
            run.clear()

    for index in range(text_page.count_chars()):
        char = chr(pdfium_c.FPDFText_GetUnicode(text_page, index) or 0xFFFD)
        if char in _LINE_ENDS:
            finish()
            continue
        left, low, right, high = text_page.get_charbox(index, loose=True)
        glyph = (" " if char.isspace() else char, left, right, height - high, height - low)
        if not char.isspace() and _is_no_text(text_page, index):
            continue
        if run and _is_struck(text_page, index, strokes, height):
            # What follows goes on where it ends.
            run[-1] = (*run[-1][:2], glyph[2], *run[-1][3:])
            continue
        if last and _is_raised(last, glyph):
            char = without_note_mark(char, "".join(one[0] for one in run) or last[0])
            glyph = (char, *glyph[1:3], *last[3:])
        last = glyph
        if run and _are_apart(run[-1], glyph, verticals):
            finish()
        if run or not char.isspace():
            run.append(glyph)
    finish()
    return fragments


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


def _is_raised(before: _Glyph, glyph: _Glyph) -> bool:
    tall = before[4] - before[3]
    is_smaller = glyph[4] - glyph[3] < _RAISED_SIZE * tall
    is_next = abs(glyph[1] - before[2]) < tall
    return is_smaller and is_next and before[4] - glyph[4] > _RAISED_FOOT * tall


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


def _rulings(objects: list[pdfium.PdfObject], height: float) -> list[Ruling]:
    rulings = []
    for item in objects:
        if item.type != pdfium_c.FPDF_PAGEOBJ_PATH:
            continue
        left, low, right, high = item.get_bounds()
        top, bottom = height - high, height - low
        if min(right - left, bottom - top) <= _THIN:
            rulings.append(Ruling(left, top, right, bottom))
        elif pdfium_c.FPDFPath_CountSegments(item) in (4, 5):
            # A framed cell: its four sides.
            rulings += [
                Ruling(left, top, right, top),
                Ruling(left, bottom, right, bottom),
                Ruling(left, top, left, bottom),
                Ruling(right, top, right, bottom),
            ]
    return rulings


def _render(page: pdfium.PdfPage, dpi: int) -> Image:
    scale = min(dpi / 72, _LONGEST_SIDE_PX / max(page.get_size()))
    grey: Image = page.render(scale=scale, grayscale=True).to_numpy()
    return grey.reshape(grey.shape[:2])
