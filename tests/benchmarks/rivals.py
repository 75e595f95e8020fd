"""Retrievers compared in one run, each as its own documentation sets it up.

All embed with the same model. What a rival is given is whole documents; it cuts them with
its own splitter, as it would in an office that takes it off the shelf.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from langchain_core.embeddings import Embeddings

TOP = 10


class Text(NamedTuple):
    """A document to be searched."""

    id: str
    title: str
    text: str


class Found(NamedTuple):
    """A piece of a document, as a retriever returns it."""

    source: str
    text: str


class System(Protocol):
    """A retriever under test."""

    def index(self, texts: Sequence[Text], embeddings: Embeddings) -> int:
        """Take the documents in; how many pieces they became."""

    def search(self, words: str) -> list[Found]:
        """The ten best pieces, best first."""


class LangChain:
    """Recursive splitter as in the tutorials (1000/200), Chroma, similarity search."""

    def index(self, texts: Sequence[Text], embeddings: Embeddings) -> int:
        from langchain_chroma import Chroma
        from langchain_core.documents import Document
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        pieces = splitter.split_documents(
            [Document(f"{t.title}\n{t.text}", metadata={"source": t.id}) for t in texts]
        )
        store = Chroma.from_documents(pieces, embeddings, persist_directory=tempfile.mkdtemp())
        self._retriever = store.as_retriever(search_kwargs={"k": TOP})
        return len(pieces)

    def search(self, words: str) -> list[Found]:
        return [
            Found(piece.metadata["source"], piece.page_content)
            for piece in self._retriever.invoke(words)
        ]


class LlamaIndex:
    """Sentence splitter, vectors and BM25 fused by reciprocal rank, no language model."""

    def index(self, texts: Sequence[Text], embeddings: Embeddings) -> int:
        from llama_index.core import Document, VectorStoreIndex
        from llama_index.core.llms import MockLLM
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.core.retrievers import QueryFusionRetriever
        from llama_index.retrievers.bm25 import BM25Retriever

        documents = [
            Document(text=f"{t.title}\n{t.text}", metadata={"source": t.id}) for t in texts
        ]
        for document in documents:
            document.excluded_embed_metadata_keys = ["source"]
        nodes = SentenceSplitter().get_nodes_from_documents(documents)
        vectors = VectorStoreIndex(nodes, embed_model=_llama_embedding(embeddings))
        self._retriever = QueryFusionRetriever(
            [
                vectors.as_retriever(similarity_top_k=TOP),
                BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=TOP),
            ],
            llm=MockLLM(),
            mode="reciprocal_rerank",
            num_queries=1,
            similarity_top_k=TOP,
            use_async=False,
        )
        return len(nodes)

    def search(self, words: str) -> list[Found]:
        return [
            Found(found.node.metadata["source"], found.node.get_content())
            for found in self._retriever.retrieve(words)
        ]


class Haystack:
    """Default splitter, in-memory BM25 and vectors joined by reciprocal rank."""

    def index(self, texts: Sequence[Text], embeddings: Embeddings) -> int:
        os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
        from haystack import Document
        from haystack.components.joiners import DocumentJoiner
        from haystack.components.preprocessors import DocumentSplitter
        from haystack.components.retrievers.in_memory import (
            InMemoryBM25Retriever,
            InMemoryEmbeddingRetriever,
        )
        from haystack.document_stores.in_memory import InMemoryDocumentStore

        documents = [Document(content=f"{t.title}\n{t.text}", meta={"source": t.id}) for t in texts]
        pieces = DocumentSplitter().run(documents)["documents"]
        vectors = embeddings.embed_documents([piece.content for piece in pieces])
        store = InMemoryDocumentStore()
        store.write_documents(
            [
                Document(content=piece.content, meta=piece.meta, embedding=vector)
                for piece, vector in zip(pieces, vectors, strict=True)
            ]
        )
        self._embeddings = embeddings
        self._words = InMemoryBM25Retriever(store, top_k=TOP)
        self._vectors = InMemoryEmbeddingRetriever(store, top_k=TOP)
        self._joiner = DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=TOP)
        return len(pieces)

    def search(self, words: str) -> list[Found]:
        vector = self._embeddings.embed_query(words)
        both = [
            self._words.run(query=words)["documents"],
            self._vectors.run(query_embedding=vector)["documents"],
        ]
        return [
            Found(document.meta["source"], document.content)
            for document in self._joiner.run(documents=both)["documents"]
        ]


class HaystackWords(Haystack):
    """The same without vectors: BM25 alone, what its quick start uses."""

    def search(self, words: str) -> list[Found]:
        return [
            Found(document.meta["source"], document.content)
            for document in self._words.run(query=words)["documents"]
        ]


class OurClauses:
    """This project as it serves: clauses, coverage + 5 × cosine, the place read from the words."""

    def index(self, texts: Sequence[Text], embeddings: Embeddings) -> int:
        from knowledge.app import build_knowledge
        from knowledge.settings import KnowledgeSettings

        self._knowledge = build_knowledge()
        self._knowledge.load_vectors(KnowledgeSettings(data_dir=Path(tempfile.mkdtemp())))
        return len(self._knowledge.chunks)

    def search(self, words: str) -> list[Found]:
        return [
            Found(hit.chunk.document.id, hit.chunk.clause.text)
            for hit in self._knowledge.search(words, None, TOP)
        ]


class OurFusion:
    """The retriever alone on texts that are one clause each: nothing read from the words."""

    def index(self, texts: Sequence[Text], embeddings: Embeddings) -> int:
        from knowledge.evaluation.public_tasks import Task, chunk_passage, index_task

        chunks = tuple(chunk_passage(t.id, t.title, t.text) for t in texts)
        task = Task("passages", chunks, ())
        self._retriever = index_task(task, embeddings, "bench", Path(tempfile.mkdtemp()))
        self._embeddings = embeddings
        return len(chunks)

    def search(self, words: str) -> list[Found]:
        from knowledge.evaluation.public_tasks import search

        hits = search(self._retriever, self._embeddings, words)
        return [Found(hit.chunk.id, hit.chunk.text) for hit in hits]


def _llama_embedding(embeddings: Embeddings) -> Any:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    class Same(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return embeddings.embed_documents([text])[0]

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return embeddings.embed_documents(texts)

        def _get_query_embedding(self, query: str) -> list[float]:
            return embeddings.embed_query(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return embeddings.embed_query(query)

    return Same()
