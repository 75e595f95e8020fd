"""Models on this machine: sentence-transformers for vectors, a cross-encoder for the order.

A model is a folder; nothing is ever downloaded.
"""

import hashlib
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from knowledge.errors import ModelError
from knowledge.index.embedder import LONGEST_QUESTION, TextModel
from knowledge.index.models.libraries import need
from knowledge.kit.texts import clean, shorten

BATCH = 16
MOST_TOKENS = 512


class SentenceTransformerEmbeddings(TextModel):
    """Any sentence-transformers model; its own words in front of questions and passages.

    Raises:
        ModelError: the folder holds no model, or the extra ``models`` is missing.
    """

    def __init__(self, folder: Path) -> None:
        self.model_id = _identity(folder)
        self._model = _open("SentenceTransformer", folder)
        # The tokenizer is not made for several threads at a time.
        self._lock = threading.Lock()

    def _embed_passages(self, texts: list[str]) -> list[list[float]]:
        return self._encode(self._model.encode_document, texts)

    def _embed_question(self, text: str) -> list[float]:
        return self._encode(self._model.encode_query, [text])[0]

    def _encode(self, encode: Any, texts: list[str]) -> list[list[float]]:
        with self._lock:
            vectors = encode(
                texts, batch_size=BATCH, normalize_embeddings=True, show_progress_bar=False
            )
        return [[float(number) for number in vector] for vector in vectors]


class CrossEncoderReranker:
    """Scores texts against a question, both read together.

    Raises:
        ModelError: the folder holds no model, or the extra ``models`` is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._model = _open("CrossEncoder", folder)
        self._lock = threading.Lock()

    def __call__(self, words: str, texts: Sequence[str]) -> list[float]:
        pairs = [(shorten(words, LONGEST_QUESTION), clean(text)) for text in texts]
        with self._lock:
            scores = self._model.predict(pairs, batch_size=BATCH, show_progress_bar=False)
        return [float(score) for score in scores]


def _open(kind: str, folder: Path) -> Any:
    need("torch", "sentence_transformers")
    if not folder.is_dir():
        raise ModelError(f"no folder {folder}")
    import sentence_transformers
    import torch

    # Two threads on two busy cores are twenty times slower than one.
    torch.set_num_threads(1)
    try:
        return getattr(sentence_transformers, kind)(
            str(folder), device="cpu", local_files_only=True
        )
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"cannot load the model in {folder.name}: {error}") from error


def _identity(folder: Path) -> str:
    """Name and digest of the weights: another training in the same folder is another model."""
    weights = sorted(folder.glob("*.safetensors")) + sorted(folder.glob("*.json"))
    if not weights:
        raise ModelError(f"no model in {folder}")
    digest = hashlib.sha256()
    for path in weights:
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    name = re.sub(r"[^A-Za-z0-9]+", "-", folder.resolve().name)[:40].strip("-")
    return f"st-{name}-{digest.hexdigest()[:12]}"
