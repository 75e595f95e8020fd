"""Tells the kind of a file by its bytes, whatever its name ends in."""

import io
import re
import zipfile

from ingest.content import FileKind
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.encoding import decode_text

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_UNSUPPORTED = (
    b"{\\rtf",
    b"\xff\xd8\xff",
    b"\x89PNG",
    b"II*\x00",
    b"MM\x00*",
    b"Rar!",
    b"7z\xbc\xaf",
)
# Tables, slides, mails; a compound file that names no stream at all was cut off.
_OTHER_STREAMS = ("Workbook", "Book", "PowerPoint Document", "__properties_version1.0")
_HTML = re.compile(r"<(?:!doctype html|html|head|body|div|table|p)\b", re.IGNORECASE)
_MHTML = re.compile(r"\AMIME-Version:.*multipart/related", re.IGNORECASE | re.DOTALL)
_MARKDOWN = re.compile(r"^(?:#{1,6} +\S|\|? *:?-{3,}:? *\|)", re.MULTILINE)


def sniff(data: bytes) -> FileKind:
    """The kind of the file.

    Raises:
        UnreadableFileError: it is empty, of a kind we do not read, or of none.
    """
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise UnreadableFileError(Reason.EMPTY)
    if b"%PDF-" in data[:1024]:
        return FileKind.PDF
    if data.startswith(b"PK"):
        return _kind_of_archive(data)
    if data.startswith(_OLE):
        return _kind_of_compound_file(data)
    if data.startswith(_UNSUPPORTED):
        raise UnreadableFileError(Reason.UNSUPPORTED_KIND)
    return _kind_of_text(decode_text(data))


def _kind_of_archive(data: bytes) -> FileKind:
    try:
        names = set(zipfile.ZipFile(io.BytesIO(data)).namelist())
    except (zipfile.BadZipFile, OSError) as error:
        raise UnreadableFileError(Reason.DAMAGED) from error
    if "word/document.xml" in names:
        return FileKind.DOCX
    if "OFD.xml" in names:
        return FileKind.OFD
    raise UnreadableFileError(Reason.UNSUPPORTED_KIND)


def _kind_of_compound_file(data: bytes) -> FileKind:
    if "EncryptedPackage".encode("utf-16le") in data:
        raise UnreadableFileError(Reason.ENCRYPTED)
    if "WordDocument".encode("utf-16le") in data:
        return FileKind.DOC
    is_other = any(name.encode("utf-16le") in data for name in _OTHER_STREAMS)
    raise UnreadableFileError(Reason.UNSUPPORTED_KIND if is_other else Reason.DAMAGED)


def _kind_of_text(text: str) -> FileKind:
    beginning = text[:4000]
    if _MHTML.match(beginning):
        raise UnreadableFileError(Reason.UNSUPPORTED_KIND)
    if _HTML.search(beginning):
        return FileKind.HTML
    return FileKind.MARKDOWN if _MARKDOWN.search(text) else FileKind.TEXT
