"""BM25 over characters and bigrams, scaled to the share of the query that is covered.

*Coverage* is the BM25 score divided by the query's own idf mass (terms never seen
count with the highest idf), so that scores of different queries share one scale.
Written here because no library divides by the mass; measured ahead of word
segmentation on Chinese policy text.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

_RUN = re.compile(r"[\u4e00-\u9fff]+|[a-z]+|\d+(?:\.\d+)?%?")


def terms(text: str) -> list[str]:
    """Single Chinese characters, their bigrams, and whole numbers and Latin words."""
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if "\u4e00" <= run[0] <= "\u9fff":
            found += run
            found += [run[i : i + 2] for i in range(len(run) - 1)]
        else:
            found.append(run)
    return found


class CoverageIndex:
    """An inverted index over a fixed list of texts, kept as flat arrays ordered by term."""

    def __init__(self, texts: Sequence[str], *, k1: float = 0.9, b: float = 0.5) -> None:
        counts = [Counter(terms(text)) for text in texts]
        self._size = len(texts)
        self._top_idf = math.log(1 + (self._size + 0.5) / 0.5)
        self._column: dict[str, int] = {}
        columns = np.array(
            [self._column.setdefault(t, len(self._column)) for count in counts for t in count],
            np.int32,
        )
        where = np.repeat(np.arange(self._size, dtype=np.int32), [len(count) for count in counts])
        times = np.array([n for count in counts for n in count.values()], np.float32)
        lengths = np.bincount(where, times, self._size)
        mean = max(float(lengths.mean()), 1.0) if texts else 1.0
        norm = k1 * (1 - b + b * lengths / mean)
        spread = np.bincount(columns, minlength=len(self._column))
        self._idf = np.log(1 + (self._size - spread + 0.5) / (spread + 0.5))
        weight = self._idf[columns] * times * (k1 + 1) / (times + norm[where])
        order = np.argsort(columns, kind="stable")
        self._where, self._weight = where[order], weight[order].astype(np.float32)
        self._ends = np.cumsum(spread)

    def coverage(self, query: str) -> np.ndarray:
        """One score per text, about 0 (nothing in common) to 1 and a little above."""
        scores = np.zeros(self._size, np.float32)
        mass = 0.0
        for term, repeats in Counter(terms(query)).items():
            column = self._column.get(term)
            if column is None:
                mass += self._top_idf * repeats
                continue
            mass += float(self._idf[column]) * repeats
            own = slice(self._ends[column - 1] if column else 0, self._ends[column])
            scores[self._where[own]] += self._weight[own] * repeats
        return scores / mass if mass else scores
