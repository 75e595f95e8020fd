"""The vector store: Chroma through LangChain, embedded or as a shared server.

Embedded Chroma has one owner process; several processes share a server. What the
store returns is only a candidate: callers check it against the live registry.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.index.chunks import Chunk

BATCH = 64


def facts_of(chunk: Chunk) -> dict[str, str]:
    """What is kept beside a vector: it is put in anew when any of this changes.

    The region is searched by, so a document of a division that was renumbered would not
    be found any more, although its text is the same.
    """
    document = chunk.document
    return {"digest": chunk.digest, "document": document.id, "region": document.region}


class ChunkStore:
    """Chunks with their vectors, cosine distance."""

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
        client: Any = (
            chromadb.HttpClient(host=server[0], port=server[1], settings=settings)
            if server
            else chromadb.PersistentClient(path=str(directory), settings=settings)
        )
        name = "chunks-" + "".join(c if c.isalnum() or c in "-." else "-" for c in model_id)
        self._chroma = Chroma(
            collection_name=name,
            embedding_function=embeddings,
            client=client,
            collection_configuration={"hnsw": {"space": "cosine"}},
        )

    def held(self) -> dict[str, dict[str, str]]:
        """What :func:`facts_of` said of each chunk when it was put in, by chunk id."""
        rows = self._chroma.get(include=["metadatas"])
        return dict(zip(rows["ids"], rows["metadatas"], strict=True))

    def put(self, chunks: Sequence[Chunk], on_progress: Callable[[int], None]) -> None:
        """Add or replace chunks; ``on_progress`` hears how many are done."""
        for start in range(0, len(chunks), BATCH):
            batch = chunks[start : start + BATCH]
            self._chroma.add_texts(
                [chunk.text for chunk in batch],
                metadatas=[facts_of(chunk) for chunk in batch],
                ids=[chunk.id for chunk in batch],
            )
            on_progress(start + len(batch))

    def drop(self, ids: Sequence[str]) -> None:
        """Forget chunks."""
        for start in range(0, len(ids), BATCH):
            self._chroma.delete(list(ids[start : start + BATCH]))

    def search(
        self, vector: Sequence[float], *, top_k: int, regions: Sequence[str] | None = None
    ) -> dict[str, float]:
        """Cosine by chunk id of the nearest chunks, in the given regions if any are given."""
        where: Any = {"region": {"$in": list(regions)}} if regions else None
        vectors: Any = [np.asarray(vector, np.float32)]
        rows = self._chroma._collection.query(  # the wrapper returns no ids with distances
            query_embeddings=vectors,
            n_results=top_k,
            where=where,
            include=["distances"],
        )
        distances = (rows["distances"] or [[]])[0]
        return {id_: 1 - float(d) for id_, d in zip(rows["ids"][0], distances, strict=True)}
