"""Where a run of ingestion keeps its documents: the database."""

from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from api.documents.store import WITHDRAWN, DocumentStore
from ingest.ports import KnownDocument, SourceFile
from ingest.signature import Signature, sign
from ingest.versions import text_of
from knowledge.documents import PolicyDocument
from knowledge.errors import DocumentNotFoundError


class StoreSink:
    """The database as the :class:`~ingest.ports.DocumentSink` of one run.

    ``run`` waits for a coroutine from the thread in which ingestion works.
    """

    def __init__(
        self,
        store: DocumentStore,
        run: Callable[[Coroutine[Any, Any, Any]], Any],
        *,
        actor: str,
    ) -> None:
        self._store, self._run, self._actor = store, run, actor
        self._documents: dict[str, PolicyDocument] = run(store.added())
        self._files: dict[str, dict[str, str]] = run(store.files())
        self._states: dict[str, str] = run(store.states())

    def known(self) -> list[KnownDocument]:
        """See :class:`~ingest.ports.DocumentSink`."""
        return [
            KnownDocument(
                id=document.id,
                number=document.number,
                title=document.title,
                content_hashes=frozenset(self._files.get(document.id, ())),
                signature=sign(text_of(document)),
                supersession=document.supersession,
                is_withdrawn=self._states.get(document.id) == WITHDRAWN,
            )
            for document in self._documents.values()
        ]

    def get(self, document_id: str) -> PolicyDocument:
        """See :class:`~ingest.ports.DocumentSink`."""
        if document_id not in self._documents:
            raise DocumentNotFoundError(f"no added document {document_id[:80]!r}")
        return self._documents[document_id]

    def put(
        self,
        document: PolicyDocument,
        *,
        source: SourceFile,
        signature: Signature,
        changed: Sequence[PolicyDocument],
    ) -> None:
        """See :class:`~ingest.ports.DocumentSink`; the signature is made anew for each run."""
        self._run(
            self._store.put(
                document,
                content_hash=source.content_hash,
                name=source.name,
                changed=changed,
                actor=self._actor,
            )
        )
        self._documents.update({one.id: one for one in (document, *changed)})

    def add_source(self, document_id: str, source: SourceFile) -> None:
        """See :class:`~ingest.ports.DocumentSink`."""
        self._run(self._store.add_file(document_id, source.content_hash, source.name))
