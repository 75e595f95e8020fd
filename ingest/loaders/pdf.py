"""PDF: its text where it has one, character recognition for scanned pages.

PDFium knows no threads; loaders run in worker processes, one file at a time.
"""

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ingest.content import FileContent, FileKind, Page
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.base import LoadLimits, OnPage
from ingest.loaders.encoding import is_plausible_chinese
from ingest.loaders.grid import Ruling
from ingest.loaders.layout import lay_out
from ingest.loaders.ocr import Image, PageReader
from ingest.loaders.pdf_glyphs import read_fragments

_FEWEST_GLYPHS = 12
_MAX_DEPTH = 8
_THIN = 2.5
_LONGEST_SIDE_PX = 4500


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
    fragments = read_fragments(page, rulings)
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
