"""Picks the loader for a file and makes sure that it brought something."""

from collections.abc import Mapping

from ingest.content import FileContent, FileKind, Table
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.base import Loader, LoadLimits, OnPage
from ingest.loaders.doc import load_doc
from ingest.loaders.docx import load_docx
from ingest.loaders.html import load_html
from ingest.loaders.markdown import load_markdown
from ingest.loaders.ofd import load_ofd
from ingest.loaders.pdf import load_pdf
from ingest.loaders.sniffer import sniff
from ingest.loaders.text import load_text

_LOADERS: Mapping[FileKind, Loader] = {
    FileKind.PDF: load_pdf,
    FileKind.DOCX: load_docx,
    FileKind.DOC: load_doc,
    FileKind.OFD: load_ofd,
    FileKind.HTML: load_html,
    FileKind.MARKDOWN: load_markdown,
    FileKind.TEXT: load_text,
}
_FEWEST_LETTERS = 20


def load(data: bytes, limits: LoadLimits, on_page: OnPage) -> FileContent:
    """The content of a file of any kind we read.

    Raises:
        UnreadableFileError: it is of no such kind, cannot be read or holds no text.
    """
    content = _LOADERS[sniff(data)](data, limits, on_page)
    if _count_letters(content) < _FEWEST_LETTERS:
        raise UnreadableFileError(
            Reason.ILLEGIBLE_SCAN if content.scanned_pages else Reason.NO_TEXT
        )
    return content


def _count_letters(content: FileContent) -> int:
    items = [item for page in content.pages for item in page.items]
    texts = [
        "".join(cell for row in item.rows for cell in row) if isinstance(item, Table) else item.text
        for item in items
    ]
    return sum(char.isalnum() for text in texts for char in text)
