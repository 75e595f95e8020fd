"""Lays a message out as the network reads it: by piece, and by character."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from knowledge.kit.texts import shorten

if TYPE_CHECKING:  # answers are served before the model's libraries are loaded
    from tokenizers import Tokenizer

# E5 was trained with these words in front.
QUESTION, PASSAGE = "query: ", "passage: "
BEGIN, END, UNKNOWN = "<s>", "</s>", "<unk>"
# In characters. What was said before is there to complete a short message.
LONGEST_BEFORE = 100
MOST_BEFORE = 2
PLACES_IN_PIECE = 8
INPUTS = ("pieces", "own", "owner", "letters", "place", "part")


@dataclass(frozen=True, slots=True)
class Inputs:
    """One text for the network: T pieces, C characters.

    ``own`` is 1 for pieces that belong to the message and 0 for those said before it;
    ``owner`` is the piece in which each character lies, ``letters`` the piece that the character
    alone would be, ``place`` its place within its piece, ``part`` 1 for the message. The first
    character stands for the beginning; ``start`` is where the message begins.
    """

    pieces: np.ndarray
    own: np.ndarray
    owner: np.ndarray
    letters: np.ndarray
    place: np.ndarray
    part: np.ndarray
    start: int


class Layout:
    """Makes :class:`Inputs` with a tokenizer."""

    def __init__(self, tokenizer: "Tokenizer") -> None:
        self._tokenizer = tokenizer
        self._begin, self._end, self._unknown = (
            int(tokenizer.token_to_id(mark) or 0) for mark in (BEGIN, END, UNKNOWN)
        )
        self._letters: dict[str, int] = {}

    def message(self, text: str, before: Sequence[str] = ()) -> Inputs:
        """A message as it was folded, after what the same person said before, oldest first."""
        said = _on_one_line(shorten(" ".join(before[-MOST_BEFORE:]), LONGEST_BEFORE))
        own_words = _on_one_line(text)
        parts = [(said, 0), (own_words, 1)] if said else [(own_words, 1)]
        pieces, owners, letters, places, kinds = [self._begin], [0], [self._begin], [0], [1]
        own, start = [0 if said else 1], 1
        for number, (words, part) in enumerate(parts):
            front = QUESTION if number == 0 else ""
            encoding = self._tokenizer.encode(front + words, add_special_tokens=False)
            if part:
                start = len(owners)
            begins = len(pieces)
            pieces += [*encoding.ids, self._end]
            own += [part] * (len(encoding.ids) + 1)
            inside = _owners(encoding.offsets, len(front) + len(words))[len(front) :]
            for character, (piece, place) in zip(words, inside, strict=True):
                owners.append(begins + piece)
                places.append(min(place, PLACES_IN_PIECE - 1))
                letters.append(self._letter(character))
                kinds.append(part)
        return Inputs(
            pieces=np.array(pieces, np.int64),
            own=np.array(own, np.float32),
            owner=np.array(owners, np.int64),
            letters=np.array(letters, np.int64),
            place=np.array(places, np.int64),
            part=np.array(kinds, np.int64),
            start=start,
        )

    def passage(self, text: str, most_pieces: int) -> list[Inputs]:
        """A text to be found, in windows of at most ``most_pieces``; nothing is read in it."""
        words = PASSAGE + _on_one_line(text)
        ids = self._tokenizer.encode(words, add_special_tokens=False).ids
        room = most_pieces - 2
        return [
            self._unread([self._begin, *ids[at : at + room], self._end])
            for at in range(0, max(len(ids), 1), room)
        ]

    def _unread(self, pieces: list[int]) -> Inputs:
        nothing = np.zeros(2, np.int64)
        return Inputs(
            pieces=np.array(pieces, np.int64),
            own=np.ones(len(pieces), np.float32),
            owner=nothing,
            letters=nothing,
            place=nothing,
            part=nothing,
            start=0,
        )

    def _letter(self, character: str) -> int:
        if character not in self._letters:
            found = self._tokenizer.token_to_id(character)
            self._letters[character] = self._unknown if found is None else int(found)
        return self._letters[character]


def _on_one_line(text: str) -> str:
    """The text with a space for each break: to the encoder a break is none of its pieces."""
    return "".join(" " if letter.isspace() else letter for letter in text)


def _owners(offsets: Sequence[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    """For each character its piece and its place there; a space belongs to the piece behind it."""
    owners: list[tuple[int, int]] = [(0, 0)] * length
    for number, (start, end) in enumerate(offsets):
        for at in range(start, min(end, length)):
            owners[at] = (number, at - start)
    return owners
