"""Keeps the knowledge of a process in step with the documents that the database holds."""

from collections.abc import Container, Mapping, Set

from anyio import to_thread

from api.background import keep_doing
from api.documents.registry import DocumentRegistry
from api.documents.store import DocumentStore
from knowledge.app import Knowledge

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


async def use_added(store: DocumentStore, knowledge: Knowledge, live: Container[str]) -> None:
    """Answer from the added documents that are live."""
    added = {id_: document for id_, document in (await store.added()).items() if id_ in live}
    await to_thread.run_sync(knowledge.use_added, added)
