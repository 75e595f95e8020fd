"""Finds the things that a question asks about by name."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml


@dataclass(frozen=True, slots=True)
class Attribute:
    """A thing with the words under which questions and clauses speak of it.

    ``bars`` are words of clauses that keep such a person from the loan.
    """

    name: str
    said: tuple[str, ...]
    written: tuple[str, ...]
    bars: tuple[str, ...] = ()

    def is_written_in(self, text: str) -> bool:
        """Whether a clause speaks about it."""
        return any(word in text for word in self.written)


def find_attributes(text: str) -> Sequence[Attribute]:
    """The things that a normalised question names."""
    return [thing for thing in _things() if any(word in text for word in thing.said)]


@cache
def _things() -> list[Attribute]:
    raw = files("knowledge.understanding.lexicon").joinpath("attributes.yaml").read_text("utf-8")
    return [
        Attribute(
            name,
            tuple(map(str, words["said"])),
            tuple(map(str, words["written"])),
            tuple(map(str, words.get("bars", ()))),
        )
        for name, words in read_yaml(raw).items()
    ]
