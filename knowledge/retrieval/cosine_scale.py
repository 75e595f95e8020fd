"""Brings the cosines of another model to the scale of the bundled one.

Weights and thresholds were chosen on multilingual-e5-small, whose cosines lie close
together. Another model spreads them in another way; what any clause gets and what the
best clause gets are laid on what they are there, so that a threshold means the same.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

# Medians of the bundled model over the labelled questions and the clauses of the corpus.
TYPICAL = 0.861
BEST = 0.897


@dataclass(frozen=True, slots=True)
class CosineScale:
    """A straight line; as it stands, it changes nothing."""

    slope: float = 1.0
    shift: float = 0.0

    @classmethod
    def fit(cls, questions: np.ndarray, clauses: np.ndarray) -> Self:
        """Measure a model by its unit vectors of the labelled questions and of the clauses."""
        typical, best = spread(questions, clauses)
        slope = (BEST - TYPICAL) / max(best - typical, 1e-6)
        return cls(slope, TYPICAL - slope * typical)

    def __call__(self, cosine: float) -> float:
        return self.slope * cosine + self.shift


def spread(questions: np.ndarray, clauses: np.ndarray) -> tuple[float, float]:
    """Medians of all cosines, and of the best one of each question."""
    cosines = questions @ clauses.T
    return float(np.median(cosines)), float(np.median(cosines.max(axis=1)))
