"""Joins the documents kept in the database to ingestion and to the knowledge in use."""

from collections.abc import Callable, Container, Coroutine, Mapping, Sequence, Set
from typing import Any

from anyio import to_thread

from api.documents.registry import DocumentRegistry
from api.documents.store import WITHDRAWN, DocumentStore
from api.faq.store import FaqStore
from api.questions.log import QuestionLog
from bot.background import keep_doing
from ingest.ports import KnownDocument, SourceFile
from ingest.signature import Signature, sign
from ingest.versions import text_of
from knowledge.answering.faq import FaqEntry
from knowledge.answering.service import PolicyAssistant
from knowledge.app import Knowledge
from knowledge.documents import PolicyDocument
from knowledge.errors import DocumentNotFoundError

FOLLOW_S = 0.5


class LiveDocuments:
    """Asks the registry which documents are live, once there is one."""

    def __init__(self) -> None:
        self.registry: DocumentRegistry | None = None

    def __call__(self) -> Set[str] | None:
        """Live ids; None, meaning all, before the registry was read."""
        return self.registry.live if self.registry else None

    @property
    def added(self) -> Mapping[str, str]:
        """Digest of the text of each added document that is live."""
        if self.registry is None or self.registry.live is None:
            return {}
        return {id_: d for id_, d in self.registry.added.items() if id_ in self.registry.live}


async def follow_documents(live: LiveDocuments, store: DocumentStore, knowledge: Knowledge) -> None:
    """Keep a process in step with documents added or withdrawn by any process. Never ends."""
    in_use: Mapping[str, str] = {}

    async def step() -> None:
        nonlocal in_use
        if live.registry is not None:
            await live.registry.refresh()
        if (wanted := live.added) != in_use:
            await use_added(store, knowledge, wanted)
            in_use = wanted

    await keep_doing("following the documents", step, every_s=FOLLOW_S)


async def follow_faq(store: FaqStore, questions: QuestionLog, assistant: PolicyAssistant) -> None:
    """Keep a process in step with the answers that staff approve anywhere. Never ends."""
    in_use: list[FaqEntry] = []
    is_settled = True

    async def step() -> None:
        nonlocal in_use, is_settled
        if (wanted := await store.approved()) != in_use:
            await to_thread.run_sync(assistant.use_faq, wanted)
            in_use, is_settled = wanted, False
        elif not is_settled:
            # One round later: answers under way at the exchange have been noted by now.
            await questions.close_answered(assistant.has_approved)
            is_settled = True

    await keep_doing("following the answers by staff", step, every_s=FOLLOW_S)


async def use_added(store: DocumentStore, knowledge: Knowledge, live: Container[str]) -> None:
    """Answer from the added documents that are live."""
    added = {id_: document for id_, document in (await store.added()).items() if id_ in live}
    await to_thread.run_sync(knowledge.use_added, added)


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
