"""Errors of the ingest package; see knowledge.kit.errors for the tree."""

from enum import StrEnum

from knowledge.kit.errors import ChuangdaiError


class Reason(StrEnum):
    """Why a file could not become a document; the catalog has a sentence for each."""

    MISSING = "missing"
    EMPTY = "empty"
    TOO_LARGE = "too-large"
    UNKNOWN_KIND = "unknown-kind"
    UNSUPPORTED_KIND = "unsupported-kind"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    ZIP_BOMB = "zip-bomb"
    NO_TEXT = "no-text"
    OCR_MISSING = "ocr-missing"
    TOO_MANY_SCANNED_PAGES = "too-many-scanned-pages"
    ILLEGIBLE_SCAN = "illegible-scan"
    REGION_UNKNOWN = "region-unknown"
    TOO_MANY_PARAGRAPHS = "too-many-paragraphs"
    PARAGRAPH_TOO_LONG = "paragraph-too-long"
    TOO_MUCH_TEXT = "too-much-text"
    TOO_MUCH_MEMORY = "too-much-memory"
    TIMED_OUT = "timed-out"
    WORKER_CRASHED = "worker-crashed"
    READER_FAILED = "reader-failed"
    INTERRUPTED = "interrupted"


class IngestError(ChuangdaiError):
    """Something went wrong while documents were read in."""

    code = "ingest"


class UnreadableFileError(IngestError):
    """A file cannot become a document; ``reason`` says why, the message nothing of its text."""

    code = "file_unreadable"

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason

    def __reduce__(self) -> tuple[type["UnreadableFileError"], tuple[Reason]]:
        return type(self), (self.reason,)
