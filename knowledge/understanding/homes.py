"""Puts a question where the rules are that apply.

A clause names its city or province. Asked from a county of it, or by one whose place is known
from before, a question must find the clause as well as when it names the city.
"""

from collections.abc import Callable, Sequence, Set

import numpy as np

from knowledge.documents import NATION
from knowledge.regions.divisions import divisions

# The sentence vector of a text, None while there are no vectors.
Embed = Callable[[str], np.ndarray | None]

# What naming a place does to a vector hardly depends on the question.
_SAMPLES = ("怎么申请", "能贷多少", "要什么材料")
SHIFT = 0.85


def home_of(region: str | None, homes: Set[str]) -> str:
    """The name of the nearest division with rules of its own; empty where only the nation has."""
    if region is None:
        return ""
    home = next((rung for rung in divisions().ladder(region) if rung in homes), NATION)
    return "" if home == NATION else divisions().get(home).name


class HomeVectors:
    """Vectors of questions as they would be with a place named, without embedding them again.

    To the vector of the question is added what naming the place does on average: measured on
    ``chuangdai usual`` and ``paraphrases`` as good as a second embedding, which costs as much
    as all the rest of an answer.
    """

    def __init__(self) -> None:
        self._shifts: dict[str, np.ndarray] = {}

    def __call__(self, vector: np.ndarray | None, home: str, embed: Embed) -> np.ndarray | None:
        """The unit vector at a home; that of the question where there is none."""
        if vector is None or not home:
            return vector
        if home not in self._shifts:
            named, bare = (_vectors([p + s for s in _SAMPLES], embed) for p in (home, ""))
            self._shifts[home] = (named - bare).mean(axis=0)
        shifted = vector + SHIFT * self._shifts[home]
        return np.asarray(shifted / np.linalg.norm(shifted), np.float32)


def _vectors(texts: Sequence[str], embed: Embed) -> np.ndarray:
    return np.stack([vector for text in texts if (vector := embed(text)) is not None])
