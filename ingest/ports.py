"""What ingestion needs of the place where documents are kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.signature import Signature
from knowledge.documents import PolicyDocument


@dataclass(frozen=True, slots=True)
class KnownDocument:
    """What must be known of a kept document to recognise it again.

    ``content_hashes`` are the SHA-256 (hex) of all files that hold this text;
    ``supersession`` is the document's sentence on what it repeals;
    ``is_withdrawn`` tells that staff took it out of use.
    """

    id: str
    number: str | None
    title: str
    content_hashes: frozenset[str]
    signature: Signature
    supersession: str | None = None
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The file a document was read from: SHA-256 of its bytes (hex), and its name."""

    content_hash: str
    name: str


class DocumentSink(Protocol):
    """Keeps whole documents; only one process writes at a time."""

    def known(self) -> list[KnownDocument]:
        """All documents kept, withdrawn ones included; asked once at the start of a run."""

    def get(self, document_id: str) -> PolicyDocument:
        """The document of that id as it stands now.

        Raises:
            DocumentNotFoundError: none is kept.
        """

    def put(
        self,
        document: PolicyDocument,
        *,
        source: SourceFile,
        signature: Signature,
        changed: Sequence[PolicyDocument],
    ) -> None:
        """Keep a new document, and kept ones that change with it, in one transaction.

        All of it is durable when this returns, or nothing is kept. ``changed`` are documents
        that the new one supersedes or is superseded by, with status, links and last day
        brought up to date; a reader must never see the one without the others.
        """

    def add_source(self, document_id: str, source: SourceFile) -> None:
        """Note one more file that holds a kept document's text."""
