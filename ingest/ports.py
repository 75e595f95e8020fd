"""What ingestion needs of the place where documents are kept."""

from dataclasses import dataclass
from typing import Protocol

from ingest.signature import Signature
from knowledge.documents import PolicyDocument


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What must be known of a kept document to recognise it again.

    ``content_hashes`` are the SHA-256 (hex) of all files that hold this text;
    ``supersession`` is the document's sentence on what it repeals.
    """

    id: str
    number: str | None
    title: str
    content_hashes: frozenset[str]
    signature: Signature
    supersession: str | None = None


class DocumentSink(Protocol):
    """Keeps whole documents; only one process writes at a time."""

    def known(self) -> list[KnownDocument]:
        """All documents kept, withdrawn ones included."""

    def get(self, document_id: str) -> PolicyDocument:
        """The document of that id.

        Raises:
            DocumentNotFoundError: none is kept.
        """

    def put(self, document: PolicyDocument, content_hash: str, origin: str) -> None:
        """Keep a document, all of it or nothing, and durably when this returns.

        A document that another one supersedes (``supersedes`` of the one or
        ``superseded_by`` of the other) is given out as superseded from then on: see
        :func:`ingest.versions.resolve_links`. ``origin`` is the name of the file.
        """

    def add_hash(self, document_id: str, content_hash: str, origin: str) -> None:
        """Note one more file that holds a kept document's text."""
