"""How alike two texts are: exact Jaccard of shingles, and a small estimate of it to keep."""

import hashlib
import re
from collections import Counter

import numpy as np
from numpy.typing import NDArray

_SHINGLE = 5
_LENGTH = 128
_AT_A_TIME = 4096
_NOT_TEXT = re.compile(r"[\W_]+")
_FIGURE = re.compile(r"\d+(?:\.\d+)?|[一二三四五六七八九十百千万]+(?=[万元年月日倍人个%])")
# Odd multipliers and offsets of a family of hash functions; fixed, signatures are kept.
_GENERATOR = np.random.default_rng(20231001)
_FACTORS = _GENERATOR.integers(1, 2**63, _LENGTH, dtype=np.uint64) | np.uint64(1)
_OFFSETS = _GENERATOR.integers(0, 2**63, _LENGTH, dtype=np.uint64)

Signature = tuple[int, ...]
"""MinHash of a text: 128 numbers, equal in about the share in which the texts agree."""


def sign(text: str) -> Signature:
    """The signature of a text; its punctuation and spacing do not count."""
    hashes = np.array(
        [
            int.from_bytes(hashlib.blake2b(piece.encode(), digest_size=8).digest(), "big")
            for piece in _shingles(text)
        ],
        dtype=np.uint64,
    )
    least = np.full(_LENGTH, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(hashes), _AT_A_TIME):  # all at once, a book takes a gigabyte
        mixed = hashes[start : start + _AT_A_TIME, None] * _FACTORS[None, :] + _OFFSETS[None, :]
        mixed ^= mixed >> np.uint64(29)
        least = np.minimum(least, mixed.min(axis=0))
    return tuple(int(value >> np.uint64(32)) for value in least)


class SignatureTable:
    """Signatures of many texts, compared with one in a single pass."""

    def __init__(self) -> None:
        self._rows: NDArray[np.uint32] = np.zeros((64, _LENGTH), dtype=np.uint32)
        self._count = 0

    def add(self, signature: Signature) -> None:
        """Append a signature; its place is the number of those before it."""
        if self._count == len(self._rows):
            self._rows = np.concatenate([self._rows, np.zeros_like(self._rows)])
        self._rows[self._count] = signature
        self._count += 1

    def estimate(self, signature: Signature) -> NDArray[np.float64]:
        """Estimated Jaccard with each signature in order, 0 to 1; shape (added,)."""
        rows = self._rows[: self._count]
        return np.asarray((rows == np.array(signature, dtype=np.uint32)).mean(axis=1))


def likeness(one: str, other: str) -> float:
    """Jaccard of the shingles of two texts, 0 to 1."""
    a, b = _hashes(one), _hashes(other)
    common = len(np.intersect1d(a, b, assume_unique=True))
    return common / (len(a) + len(b) - common)


def coverage(one: str, other: str) -> float:
    """Share of the shingles of ``one`` that ``other`` has too, 0 to 1."""
    a = _hashes(one)
    return len(np.intersect1d(a, _hashes(other), assume_unique=True)) / len(a)


def figures(text: str) -> Counter[str]:
    """The figures of a text, counted: two versions that differ in one are not the same."""
    return Counter(_FIGURE.findall(text))


def _shingles(text: str) -> set[str]:
    bare = _NOT_TEXT.sub("", text)
    return {bare[i : i + _SHINGLE] for i in range(max(len(bare) - _SHINGLE + 1, 1))}


def _hashes(text: str) -> NDArray[np.uint64]:
    """A number for each shingle, each once: of a book, a tenth of the memory of the shingles."""
    bare = _NOT_TEXT.sub("", text).ljust(_SHINGLE, "\0")
    codes = np.frombuffer(bare.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    count = len(codes) - _SHINGLE + 1
    hashes = sum(codes[n : n + count] * _FACTORS[n] for n in range(_SHINGLE))
    return np.unique(np.asarray(hashes, np.uint64))
