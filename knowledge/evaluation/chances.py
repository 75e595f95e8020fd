"""Learns how likely the best clause found answers, and shows what each limit lets through."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.answering.chance import SIGNS, Signs, chance_by
from knowledge.kit.yaml import read_yaml
from knowledge.understanding.training.dataset import HELD_OUT_PAIRS

STEPS = tuple(step / 10 for step in range(3, 10))
# Pulls the weights of signs that lie on one scale towards nothing.
RIDGE = 2.0
_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Case:
    """A question's signs, and whether the first clause answers it; ``file`` is its author's."""

    file: str
    signs: Signs
    is_right: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """Of the questions of authors left out: clauses said from there on, and those right."""

    least: float
    said: int
    right: int


def read_questions(paths: Sequence[Path] = ()) -> Iterator[tuple[str, str, str | None, set[str]]]:
    """File, question, place and right clauses of every question whose clauses are labelled.

    Where none is labelled, none answers.
    By default of readers' questions and of the pairs that take no part in training.
    """
    shipped = Path(str(files("knowledge.evaluation").joinpath("questions")))
    chosen = paths or [*sorted(shipped.glob("*.yaml")), *sorted(HELD_OUT_PAIRS.glob("*.yaml"))]
    for path in chosen:
        items: list[dict[str, Any]] = read_yaml(path.read_text("utf-8"))
        for item in items:
            if "clauses" in item:
                text = item.get("question") or item["q"]
                yield path.stem, text, item.get("region"), set(item["clauses"])


def learn_weights(cases: Sequence[Case]) -> dict[str, float]:
    """The weights of a logistic sum, by Newton's method; as ``chance.yaml`` holds them."""
    signs = np.array([astuple(case.signs) for case in cases], np.float64)
    right = np.array([case.is_right for case in cases], np.float64)
    middle, spread = signs.mean(0), signs.std(0) + 1e-9
    rows = np.c_[np.ones(len(cases)), (signs - middle) / spread]
    ridge = np.diag([0.0, *(RIDGE for _ in SIGNS)])
    weights = np.zeros(rows.shape[1])
    for _ in range(_MOST_ROUNDS):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (likely - right) + ridge @ weights
        step = np.linalg.solve((rows.T * (likely * (1 - likely))) @ rows + ridge, slope)
        weights -= step
        if np.abs(step).max() < 1e-9:
            break
    own = weights[1:] / spread
    return {
        "shift": float(weights[0] - own @ middle),
        **{name: float(weight) for name, weight in zip(SIGNS, own, strict=True)},
    }


def limits(cases: Sequence[Case]) -> list[Limit]:
    """What each limit lets through; each author's questions by weights learnt without them."""
    judged: list[tuple[float, bool]] = []
    for file in sorted({case.file for case in cases}):
        weights = learn_weights([case for case in cases if case.file != file])
        judged += [(chance_by(weights, c.signs), c.is_right) for c in cases if c.file == file]
    return [
        Limit(
            least,
            sum(likely >= least for likely, _ in judged),
            sum(is_right for likely, is_right in judged if likely >= least),
        )
        for least in STEPS
    ]
