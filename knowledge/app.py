"""Puts the knowledge package together.

:func:`build_knowledge` is quick and answers from rules and lexical search at once;
:meth:`Knowledge.load_vectors` (half a second to minutes) adds the sentence vectors.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answering.finding import ClauseFinder
from knowledge.answering.models import Question
from knowledge.answering.pipeline import PolicyAssistant
from knowledge.corpus.library import Library
from knowledge.corpus.loader import DOCUMENTS, load_corpus
from knowledge.documents import ClauseLabels, PolicyDocument
from knowledge.errors import IndexFailedError, ParameterError
from knowledge.evaluation.calibration import calibration_questions
from knowledge.index.chunks import Chunk, chunk_documents
from knowledge.index.embedder import (
    CachedEmbeddings,
    ReadingEmbeddings,
    TextModel,
    load_vectors,
    save_vectors,
)
from knowledge.kit.clock import china_today
from knowledge.retrieval.cosine_scale import CosineScale
from knowledge.retrieval.hybrid import ClauseRetriever, Hit
from knowledge.retrieval.labelling import ClauseLabeller
from knowledge.retrieval.scoring import Scoring
from knowledge.retrieval.validity import find_untouched
from knowledge.rules.parameters import (
    PARAMETERS,
    Parameters,
    find_clause_breaches,
    load_parameters,
)
from knowledge.settings import KnowledgeSettings
from knowledge.understanding.homophones import warm_up as warm_up_homophones
from knowledge.understanding.model.message_model import MessageModel
from knowledge.understanding.pipeline import Interpreter

if TYPE_CHECKING:
    from knowledge.index.builder import BuildReport
    from knowledge.index.opening import OpenIndex


@dataclass
class Knowledge:
    """Everything that answers questions."""

    documents: Library
    parameters: Parameters
    chunks: list[Chunk]
    model: MessageModel
    interpreter: Interpreter
    retriever: ClauseRetriever
    assistant: PolicyAssistant
    _index: "OpenIndex | None" = None
    _indexing: Lock = field(default_factory=Lock)

    def search(self, words: str, region: str | None, limit: int) -> list[Hit]:
        """Clauses that fit the words, anywhere or on a region's ladder, old ones included.

        Raises:
            UnknownRegionError: ``region`` names no division.
        """
        question = Question(question=words, region=region)
        return [
            replace(hit, score=score) for score, hit in self.assistant.find_clauses(question, limit)
        ]

    def use_added(self, added: Mapping[str, PolicyDocument]) -> None:
        """Answer from these documents beside those that ship. Blocking.

        They are found by their words when this has exchanged them, before it returns also
        by their vectors where vectors are in use.
        """
        self.documents.use_added(added)
        self.chunks = chunk_documents(self.documents.values())
        self.retriever.use_chunks(self.chunks)
        self._find_untouched()
        with self._indexing:
            if self._index is not None:
                self._bring_in_line(self._index)

    @property
    def has_vectors(self) -> bool:
        """Whether clauses are found by their vectors; lost again when the index fails."""
        return self.retriever.has_vectors

    def guess_labels(self, text: str) -> ClauseLabels:
        """What a clause that nobody labelled is about; empty when there is no sign."""
        return self._labeller.labels_of(text)

    def shipped_texts(self) -> list[str]:
        """The texts whose vectors ship with the project."""
        return [chunk.text for chunk in self.chunks]

    def load_vectors(
        self,
        settings: KnowledgeSettings,
        on_progress: Callable[[int, int], None] = lambda done, total: None,
        *,
        must_last: bool = False,
    ) -> "BuildReport":
        """Open or build the index, then search and read with vectors. Blocking.

        May be called again once the vectors were lost.

        Raises:
            IndexFailedError, IndexInUseError: see :func:`~knowledge.index.opening.open_index`.
        """
        # Here and not above: the start does not wait for the vector libraries.
        from knowledge.index.opening import open_index

        model = self._search_model(settings.embedding_model)
        known = (
            self._own_vectors(model, settings.data_dir, on_progress)
            if settings.embedding_model
            else load_vectors(model.model_id)
        )
        embeddings = CachedEmbeddings(model, known)
        with self._indexing:
            if self._index is not None:
                self._index.close()
                self._index = None
            self._index, report = open_index(
                self.chunks,
                embeddings,
                model.model_id,
                directory=settings.data_dir / "index",
                server=(settings.chroma_host, settings.chroma_port)
                if settings.chroma_host
                else None,
                must_last=must_last,
                on_progress=on_progress,
            )
            store = self._index.store
        model.warm_up()
        warm_up_homophones()
        scoring = Scoring.parse(self.model.scoring)
        self.retriever.use_vectors(store, scoring, self._scale(embeddings, settings))
        self._find_untouched()
        if settings.reranker:
            from knowledge.index.models.local import CrossEncoderReranker

            self.retriever.use_reranker(CrossEncoderReranker(settings.reranker))
        self.assistant.use_embeddings(embeddings if settings.embedding_model else None)
        return report

    def _search_model(self, folder: Path | None) -> "TextModel":
        return open_model(folder) if folder else ReadingEmbeddings(self.model)

    def _find_untouched(self) -> None:
        """See :mod:`knowledge.retrieval.validity`; by their words alone without vectors."""
        vectors = self._vectors_of([c.text for c in self.chunks]) if self.has_vectors else None
        today = self.assistant.today()
        self.retriever.use_untouched(find_untouched(self.chunks, vectors, today), today)

    def _vectors_of(self, texts: list[str]) -> np.ndarray:
        return np.asarray(self._shipped_vectors.embed_documents(texts), np.float32)

    @cached_property
    def _shipped_vectors(self) -> CachedEmbeddings:
        model = ReadingEmbeddings(self.model)
        return CachedEmbeddings(model, load_vectors(model.model_id))

    @cached_property
    def _labeller(self) -> ClauseLabeller:
        shipped = [chunk for chunk in self.chunks if chunk.document.id in self.documents.shipped]
        return ClauseLabeller(shipped, self._vectors_of)

    def _own_vectors(
        self, model: "TextModel", data_dir: Path, on_progress: Callable[[int, int], None]
    ) -> dict[str, np.ndarray]:
        """Vectors of another model, made once and kept beside the index."""
        texts = [*self.shipped_texts(), *calibration_questions()[0]]
        path = data_dir / "vectors" / f"{model.model_id}.npz"
        total = len(set(texts))
        save_vectors(texts, model, path=path, on_progress=lambda done: on_progress(done, total))
        return load_vectors(model.model_id, path)

    def _scale(self, embeddings: CachedEmbeddings, settings: KnowledgeSettings) -> CosineScale:
        if settings.embedding_model is None:
            return CosineScale()
        asked, clauses = (
            np.asarray(embeddings.embed_documents(texts), np.float32)
            for texts in (calibration_questions()[0], self.shipped_texts())
        )
        return CosineScale.fit(asked, clauses)

    def _bring_in_line(self, index: "OpenIndex") -> None:
        try:
            index.bring_in_line(self.chunks)
        except IndexFailedError as error:
            self.retriever.lose_vectors(error)


def open_model(folder: Path) -> TextModel:
    """The model in a folder.

    Raises:
        ModelError: the folder holds no model, or the extra ``models`` is missing.
    """
    from knowledge.index.models.local import SentenceTransformerEmbeddings

    return SentenceTransformerEmbeddings(folder)


def build_knowledge(
    live: Callable[[], Set[str] | None] = lambda: None,
    today: Callable[[], date] = china_today,
    policies: Path | None = None,
) -> Knowledge:
    """Load corpus, parameters and examples; ready to answer without vectors.

    ``policies`` is a folder with an office's own, see :class:`KnowledgeSettings`.

    Raises:
        CorpusError, ParameterError: what ships, or what the office added, is broken.
    """
    own = (policies,) if policies else ()
    documents = Library(load_corpus([DOCUMENTS, *(folder / "documents" for folder in own)]))
    parameters = load_parameters([PARAMETERS, *(folder / "parameters" for folder in own)])
    if own and (breaches := find_clause_breaches(parameters, documents)):
        raise ParameterError("\n".join(breaches))
    chunks = chunk_documents(documents.values())
    model = MessageModel()
    retriever = ClauseRetriever(chunks, live)
    interpreter = Interpreter(model)
    assistant = PolicyAssistant(
        documents,
        parameters,
        ClauseFinder(retriever),
        interpreter,
        today=today,
        live=live,
    )
    return Knowledge(documents, parameters, chunks, model, interpreter, retriever, assistant)
