"""Brings the vector store in line with the corpus: adds, replaces and drops chunks."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from knowledge.index.chunks import Chunk
from knowledge.index.store import ChunkStore, facts_of


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did, in chunks."""

    total: int
    written: int
    dropped: int


def build_index(
    chunks: Sequence[Chunk],
    store: ChunkStore,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    while_writing: Callable[[], AbstractContextManager[None]] = nullcontext,
) -> BuildReport:
    """Write what is new or changed, drop what is gone; a second run writes nothing.

    ``on_progress`` hears (done, total), ``while_writing`` surrounds what changes the store.
    A build that is killed goes on where it stopped: every batch is whole, and what is held
    tells what is missing.
    """
    held = store.held()
    wanted = {chunk.id: chunk for chunk in chunks}
    stale = [chunk for chunk in chunks if held.get(chunk.id) != facts_of(chunk)]
    gone = [id_ for id_ in held if id_ not in wanted]
    on_progress(0, len(stale))
    if stale or gone:
        with while_writing():
            store.drop(gone)
            store.put(stale, lambda done: on_progress(done, len(stale)))
    return BuildReport(total=len(chunks), written=len(stale), dropped=len(gone))
