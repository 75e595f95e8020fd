"""How cosine, words and place make one score; the weights are learnt with the model.

The sum is laid on a scale on which the best clause of a usual question has :data:`BEST` and one
on something else :data:`OTHER`, so that the thresholds of answers mean the same with every model.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from knowledge.documents import NATION
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
    floor: float = -1.0

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

    def text(self) -> str:
        """The weights as a model file holds them."""
        return json.dumps({name: getattr(self, name) for name in self.__slots__})

    def __call__(
        self,
        cosines: np.ndarray,
        coverage: np.ndarray,
        regions: np.ndarray,
        ladder: Sequence[str] | None,
    ) -> np.ndarray:
        """A score for each clause; ``regions`` are the clauses', ``ladder`` is nearest first."""
        found = np.maximum(cosines, self.floor) + self.coverage * coverage
        if ladder:
            found = found + self.near(regions, ladder)
        return np.asarray(self.slope * found + self.shift)

    @property
    def features(self) -> np.ndarray:
        """The weights in the order of the training's features."""
        return np.array([self.coverage, self.own, self.above, self.nation], np.float32)

    def near(self, regions: np.ndarray, ladder: Sequence[str]) -> np.ndarray:
        """What each clause gets for where it is from."""
        is_nation, is_own = regions == NATION, regions == ladder[0]
        weights = np.where(is_nation, self.nation, self.above)
        return np.where(is_own & ~is_nation, self.own, weights)


# For vectors as an encoder makes them, with nothing learnt on top: coverage + 5 × cosine, whose
# weight was measured flat from 3 to 8 on public Chinese tasks. E5 gives unrelated text .78.
PLAIN = Scoring(coverage=0.2, slope=5.0, shift=-5 * 0.78, floor=0.78)
