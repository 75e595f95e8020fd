"""Recognises intent, topic and subject, learnt from labelled examples.

Ridge regression on one-hot labels over two views of a question added up:
character n-grams (weighted by rarity) and the sentence vector (centred, since E5
vectors all point much the same way). Solved in the dual, kept as one weight per
feature, so a question costs microseconds. Without vectors the first view serves.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Any

import numpy as np

from knowledge.kit.yaml import read_yaml
from knowledge.understanding.normaliser import fold
from knowledge.understanding.places import find_places, without_places

RIDGE = 0.35
DENSE_WEIGHT = 1.6
TEMPLATES_PER_MATTER = 3


@dataclass(frozen=True)
class LabelledQuestion:
    """A question with what it asks for; labels look like ``intent:policy``, ``topic:amount``."""

    text: str
    labels: tuple[str, ...]

    @cached_property
    def plain(self) -> str:
        """The words without the places they name, which say nothing about what is asked."""
        return without_places(self.text, find_places(self.text))


@dataclass(frozen=True, slots=True)
class Guess:
    """Labels of one family with their scores, best first; about 1 is sure, 0 is no sign."""

    scores: tuple[tuple[str, float], ...]

    @property
    def best(self) -> str:
        """The likeliest label."""
        return self.scores[0][0]

    @property
    def confidence(self) -> float:
        """Score of the likeliest label."""
        return self.scores[0][1]

    def of(self, label: str) -> float:
        """Score of one label."""
        return dict(self.scores).get(label, 0.0)


def load_examples() -> list[LabelledQuestion]:
    """The labelled questions shipped with the package, normalised.

    A block lists ``examples``, or ``matters`` that are each put into some ``templates``.
    """
    text = files("knowledge.understanding").joinpath("examples.yaml").read_text("utf-8")
    return [
        LabelledQuestion(
            fold(example).text,
            tuple(f"{key}:{block[key]}" for key in ("intent", "topic", "subject") if key in block),
        )
        for block in read_yaml(text)
        for example in [*block.get("examples", ()), *_filled(block)]
    ]


def _filled(block: Mapping[str, Any]) -> Iterator[str]:
    """Each matter in three templates, in turn, so that all templates are used alike."""
    templates = block.get("templates", ())
    for position, matter in enumerate(block.get("matters", ())):
        for step in range(TEMPLATES_PER_MATTER):
            template = templates[(position * TEMPLATES_PER_MATTER + step) % len(templates)]
            yield template.format(matter)


def ngrams(text: str) -> Counter[str]:
    """Character 1- to 3-grams, digits folded, with marks for start and end."""
    folded = "^" + "".join("0" if c.isdigit() else c for c in text.lower() if not c.isspace()) + "$"
    return Counter(folded[i : i + n] for n in (1, 2, 3) for i in range(len(folded) - n + 1))


class QuestionClassifier:
    """A linear classifier over n-grams and, if given, sentence vectors of the examples.

    It is trained at the first guess, half a second of work that the start need not wait for.
    """

    def __init__(
        self, examples: Sequence[LabelledQuestion], vectors: np.ndarray | None = None
    ) -> None:
        self._examples, self._vectors = examples, vectors
        self._labels = sorted({label for example in examples for label in example.labels})
        counts = [ngrams(example.plain) for example in examples]
        spread = Counter(gram for count in counts for gram in count)
        kept = {gram for gram, n in spread.items() if n > 1}
        self._idf = {g: math.log(len(examples) / spread[g]) + 0.1 for g in sorted(kept)}
        self._column = {gram: number for number, gram in enumerate(self._idf)}
        self._centre = np.zeros(1) if vectors is None else vectors.mean(axis=0)

    def train(self) -> None:
        """Do now what the first guess would do."""
        _ = self._weights

    @cached_property
    def _weights(self) -> tuple[np.ndarray, np.ndarray | None]:
        """Weights of n-grams and of vector components, one column per label."""
        count = len(self._examples)
        sparse = np.zeros((count, len(self._column)), np.float32)
        for row, example in enumerate(self._examples):
            for column, weight in self._features(example.plain).items():
                sparse[row, column] = weight
        kernel = sparse @ sparse.T
        dense = None if self._vectors is None else self._centred(self._vectors)
        if dense is not None:
            kernel = kernel + DENSE_WEIGHT * (dense @ dense.T)
        targets = np.array(
            [[label in example.labels for label in self._labels] for example in self._examples],
            np.float32,
        )
        dual = np.linalg.solve(kernel + RIDGE * np.eye(count, dtype=np.float32), targets)
        of_dense = None if dense is None else DENSE_WEIGHT * (dense.T @ dual)
        return (sparse.T @ dual).astype(np.float32), of_dense

    def guess(self, text: str, vector: np.ndarray | None = None) -> dict[str, Guess]:
        """A guess for each family: ``intent``, ``topic``, ``subject``.

        ``text`` names no places; ``vector`` may be of one that does.
        """
        of_grams, of_dense = self._weights
        scores = np.zeros(len(self._labels), np.float32)
        for column, weight in self._features(text).items():
            scores += weight * of_grams[column]
        if vector is not None and of_dense is not None:
            scores += (self._centred(vector[None, :]) @ of_dense)[0]
        families: dict[str, list[tuple[str, float]]] = {}
        for label, score in zip(self._labels, scores, strict=True):
            family, name = label.split(":", 1)
            families.setdefault(family, []).append((name, float(score)))
        return {
            family: Guess(tuple(sorted(found, key=lambda pair: -pair[1])))
            for family, found in families.items()
        }

    def _features(self, text: str) -> dict[int, float]:
        weights = {
            self._column[gram]: (1 + math.log(n)) * self._idf[gram]
            for gram, n in ngrams(text).items()
            if gram in self._column
        }
        norm = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {column: weight / norm for column, weight in weights.items()}

    def _centred(self, vectors: np.ndarray) -> np.ndarray:
        shifted = vectors.astype(np.float32) - self._centre
        lengths = np.linalg.norm(shifted, axis=1, keepdims=True)
        return np.asarray(shifted / np.maximum(lengths, 1e-6))
