"""How cosine, words and place make one score; the weights are learnt with the model.

The sum is laid on a scale on which the best clause of a usual question has :data:`BEST` and one
on something else :data:`OTHER`, so that the thresholds of answers mean the same with every model.
"""

import json
from dataclasses import dataclass
from typing import Self

import numpy as np

from knowledge.errors import ModelError

# Where on the scale the best clause of a usual question lies, and one on something else.
BEST = 0.9
OTHER = 0.06


@dataclass(frozen=True, slots=True)
class Scoring:
    """Weights beside the cosine's, which is 1; ``slope`` and ``shift`` lay the sum on the scale.

    ``own`` is for clauses of the very place asked about, ``above`` for those of the places around
    it short of the nation, whose weight is ``nation``.
    """

    coverage: float = 0.6
    own: float = 0.0
    above: float = 0.0
    nation: float = 0.0
    slope: float = 1.0
    shift: float = 0.0

    @classmethod
    def parse(cls, text: str) -> Self:
        """The weights as a model file holds them.

        Raises:
            ModelError: they are not such weights.
        """
        try:
            return cls(**{name: float(weight) for name, weight in json.loads(text).items()})
        except (ValueError, TypeError, AttributeError) as error:
            raise ModelError(f"the model holds no weights to score with: {error}") from error

    @property
    def features(self) -> np.ndarray:
        """The weights in the order of the training's features."""
        return np.array([self.coverage, self.own, self.above, self.nation], np.float32)
