"""BM25 over characters and bigrams, scaled to the share of the query that is covered.

*Coverage* is the BM25 score divided by the query's own idf mass (terms never seen
count with the highest idf), so that scores of different queries share one scale.
Written here because no library divides by the mass; measured ahead of word
segmentation on Chinese policy text.
"""

import math
import re
from collections import Counter, defaultdict
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
    """An inverted index over a fixed list of texts."""

    def __init__(self, texts: Sequence[str], *, k1: float = 0.9, b: float = 0.5) -> None:
        counts = [Counter(terms(text)) for text in texts]
        lengths = np.array([sum(count.values()) for count in counts], np.float32)
        mean = max(float(lengths.mean()), 1.0) if texts else 1.0
        norm = k1 * (1 - b + b * lengths / mean)
        postings: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, count in enumerate(counts):
            for term, times in count.items():
                postings[term].append((number, times))
        self._size = len(texts)
        self._top_idf = math.log(1 + (self._size + 0.5) / 0.5)
        self._postings: dict[str, tuple[float, np.ndarray, np.ndarray]] = {}
        for term, rows in postings.items():
            where = np.array([number for number, _ in rows], np.int32)
            frequency = np.array([times for _, times in rows], np.float32)
            idf = math.log(1 + (self._size - len(rows) + 0.5) / (len(rows) + 0.5))
            weight = idf * frequency * (k1 + 1) / (frequency + norm[where])
            self._postings[term] = (idf, where, weight.astype(np.float32))

    def coverage(self, query: str) -> np.ndarray:
        """One score per text, about 0 (nothing in common) to 1 and a little above."""
        scores = np.zeros(self._size, np.float32)
        mass = 0.0
        for term, repeats in Counter(terms(query)).items():
            idf, where, weight = self._postings.get(term, (self._top_idf, None, None))
            mass += idf * repeats
            if where is not None and weight is not None:
                scores[where] += weight * repeats
        return scores / mass if mass else scores
