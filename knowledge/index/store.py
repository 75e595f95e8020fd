"""The vector store: Chroma through LangChain, embedded, in memory, or as a shared server.

Embedded Chroma has one owner process; several processes share a server. What the
store returns is only a candidate: callers check it against the live registry.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.errors import IndexFailedError
from knowledge.index.chunks import Chunk

BATCH = 64


def facts_of(chunk: Chunk) -> dict[str, str]:
    """What is kept beside a vector: it is put in anew when any of this changes.

    The region is searched by, so a document of a division that was renumbered would not
    be found any more, although its text is the same.
    """
    document = chunk.document
    return {"digest": chunk.digest, "document": document.id, "region": document.region}


def collection_name(model_id: str) -> str:
    """Where the vectors of a model are; those of another are never compared with them."""
    return "chunks-" + "".join(c if c.isalnum() or c in "-." else "-" for c in model_id)


class ChunkStore:
    """Chunks with their vectors, cosine distance; in memory without folder or server.

    Each method raises :class:`~knowledge.errors.IndexFailedError` when Chroma cannot.
    """

    def __init__(
        self,
        embeddings: Embeddings,
        model_id: str,
        *,
        directory: Path | None = None,
        server: tuple[str, int] | None = None,
    ) -> None:
        # Imported here: a second of start-up that rules and lexical search need not wait for.
        import chromadb
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        settings = Settings(anonymized_telemetry=False)
        name = collection_name(model_id)
        with _failures_told(), _forgotten_on_failure():
            if server:
                self._client: Any = chromadb.HttpClient(*server, settings=settings)
            elif directory:
                self._client = chromadb.PersistentClient(str(directory), settings)
            else:
                # All stores in memory share one space.
                self._client = chromadb.EphemeralClient(settings)
                name += f"-{uuid4().hex[:8]}"
            self._chroma = Chroma(
                collection_name=name,
                embedding_function=embeddings,
                client=self._client,
                collection_configuration={"hnsw": {"space": "cosine"}},
            )

    def held(self) -> dict[str, dict[str, str]]:
        """What :func:`facts_of` said of each chunk when it was put in, by chunk id."""
        with _failures_told():
            rows = self._chroma.get(include=["metadatas"])
            return dict(zip(rows["ids"], rows["metadatas"], strict=True))

    def put(self, chunks: Sequence[Chunk], on_progress: Callable[[int], None]) -> None:
        """Add or replace chunks; ``on_progress`` hears how many are done."""
        for start in range(0, len(chunks), BATCH):
            batch = chunks[start : start + BATCH]
            with _failures_told():
                self._chroma.add_texts(
                    [chunk.text for chunk in batch],
                    metadatas=[facts_of(chunk) for chunk in batch],
                    ids=[chunk.id for chunk in batch],
                )
            on_progress(start + len(batch))

    def drop(self, ids: Sequence[str]) -> None:
        """Forget chunks."""
        for start in range(0, len(ids), BATCH):
            with _failures_told():
                self._chroma.delete(list(ids[start : start + BATCH]))

    def search(
        self, vector: Sequence[float], *, top_k: int, regions: Sequence[str] | None = None
    ) -> dict[str, float]:
        """Cosine by chunk id of the nearest chunks, in the given regions if any are given."""
        where: Any = {"region": {"$in": list(regions)}} if regions else None
        vectors: Any = [np.asarray(vector, np.float32)]
        with _failures_told():
            rows = self._chroma._collection.query(  # the wrapper returns no ids with distances
                query_embeddings=vectors,
                n_results=top_k,
                where=where,
                include=["distances"],
            )
            distances = (rows["distances"] or [[]])[0]
            return {id_: 1 - float(d) for id_, d in zip(rows["ids"][0], distances, strict=True)}

    def close(self) -> None:
        """Let go of the files; the store cannot be used any more."""
        with suppress(IndexFailedError), _failures_told():
            self._client.close()


@contextmanager
def _failures_told() -> Iterator[None]:
    try:
        yield
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # a panic in Chroma's own language is no Exception
        raise IndexFailedError(f"{type(error).__name__}: {error}"[:200]) from None


@contextmanager
def _forgotten_on_failure() -> Iterator[None]:
    """Chroma keeps what it opened, by path, even where that failed: it has to forget it."""
    from chromadb.api.shared_system_client import SharedSystemClient

    try:
        yield
    except BaseException:
        SharedSystemClient.clear_system_cache()
        raise
