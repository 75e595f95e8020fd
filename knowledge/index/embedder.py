"""Sentence vectors behind LangChain's ``Embeddings``.

The default is the model that also reads messages, see :mod:`knowledge.understanding.model`.
Vectors of the bundled texts ship with the project (float16, keyed by text), so that a first
start embeds almost nothing.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
from langchain_core.embeddings import Embeddings

from knowledge.index.chunks import text_digest
from knowledge.kit.texts import clean, shorten
from knowledge.understanding.model.message_model import MessageModel
from knowledge.understanding.normaliser import fold

SHIPPED_VECTORS = Path(__file__).parent / "shipped_vectors.npz"
DIMENSIONS = 384
# In characters, each of which is one piece at most; longer than any question of the sets that
# answers are measured on.
LONGEST_QUESTION = 256
# Behind the model's limit of 512 tokens a passage is read in windows whose vectors are averaged.
LONGEST_PASSAGE = 6000
# The same words are asked for more than once by one request; figures are not to be flattered.
QUESTIONS_KEPT = 32


class TextModel(Embeddings):
    """A model that can be told from others; ``model_id`` names vectors, files and collections.

    The one door to any model: texts are cleaned here, as NUL would cut them short, and cut,
    as the cost of a text grows with the square of its length. Of a long question beginning
    and end are kept, see :func:`~knowledge.kit.texts.shorten`; of a long passage the beginning.
    """

    model_id: str

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._embed_passages([clean(text)[:LONGEST_PASSAGE] or " " for text in texts])

    def embed_query(self, text: str) -> list[float]:
        return self._embed_question(shorten(clean(text), LONGEST_QUESTION) or " ")

    def warm_up(self) -> None:
        """Load what is loaded late: the first call costs more than those after it."""
        self.embed_query("预热")

    @abstractmethod
    def _embed_passages(self, texts: list[str]) -> list[list[float]]:
        """Unit vectors of texts that are searched."""

    @abstractmethod
    def _embed_question(self, text: str) -> list[float]:
        """Unit vector of a text that is searched for."""


class ReadingEmbeddings(TextModel):
    """The vectors that the bundled model gives: questions and the clauses that answer them."""

    def __init__(self, model: MessageModel) -> None:
        self._model = model

    @property
    def model_id(self) -> str:  # type: ignore[override]  # known once the file is open
        """Tells the vectors of one training from those of another."""
        return f"reading-{self._model.version}"

    def _embed_passages(self, texts: list[str]) -> list[list[float]]:
        return [list(map(float, self._model.passage(fold(text).text))) for text in texts]

    def _embed_question(self, text: str) -> list[float]:
        return list(map(float, self._model.question(fold(text).text)))


class PlainEmbeddings(ReadingEmbeddings):
    """The encoder's own vectors, without what was learnt for this field."""

    @property
    def model_id(self) -> str:  # type: ignore[override]
        return f"encoder-{self._model.version}"

    def _embed_passages(self, texts: list[str]) -> list[list[float]]:
        return [list(map(float, self._model.plain_passage(fold(text).text))) for text in texts]

    def _embed_question(self, text: str) -> list[float]:
        return list(map(float, self._model.plain_question(fold(text).text)))


class CachedEmbeddings(Embeddings):
    """Looks passages up in known vectors, and the latest questions, before it asks the model."""

    def __init__(self, model: TextModel, known: dict[str, np.ndarray]) -> None:
        self._model, self._known = model, known
        self._asked = lru_cache(QUESTIONS_KEPT)(model.embed_query)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        missing = list({text for text in texts if text_digest(text) not in self._known})
        for text, vector in zip(missing, self._model.embed_documents(missing), strict=True):
            self._known[text_digest(text)] = np.asarray(vector, np.float16)
        return [self._known[text_digest(text)].astype(float).tolist() for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return list(self._asked(text))

    def missing(self, texts: Iterable[str]) -> list[str]:
        """The texts that would have to be embedded anew."""
        return [text for text in texts if text_digest(text) not in self._known]


def load_vectors(model_id: str, path: Path = SHIPPED_VECTORS) -> dict[str, np.ndarray]:
    """Vectors by text digest; empty when the file is for another model."""
    if not path.exists():
        return {}
    with np.load(path) as stored:
        if str(stored["model"]) != model_id:
            return {}
        return dict(zip(stored["digests"].tolist(), stored["vectors"], strict=True))


def save_vectors(
    texts: list[str],
    model: TextModel,
    *,
    path: Path = SHIPPED_VECTORS,
    on_progress: Callable[[int], None] = lambda done: None,
) -> int:
    """Write the vectors of ``texts``, reusing those already there; returns how many were made."""
    known = load_vectors(model.model_id, path)
    cached = CachedEmbeddings(model, known)
    wanted = sorted({text_digest(text): text for text in texts}.items())
    made = len(cached.missing(text for _, text in wanted))
    vectors = []
    for done, (_, text) in enumerate(wanted, start=1):
        vectors.append(np.asarray(cached.embed_documents([text])[0], np.float16))
        on_progress(done)
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(
        path,
        model=np.array(model.model_id),
        digests=np.array([digest for digest, _ in wanted]),
        vectors=np.stack(vectors),
    )
    return made
