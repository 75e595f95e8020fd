"""Loans that are easily taken for 创业担保贷款; see ``lookalikes.yaml``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml
from knowledge.rules.vocabulary import Term


def find_lookalikes(text: str) -> Sequence[Term]:
    """The look-alikes that a question names, or describes by all of their features."""
    return [
        lookalike.term
        for lookalike in _lookalikes()
        if any(word in text for word in lookalike.term.said) or lookalike.is_described_in(text)
    ]


# Asked for every clause that a question might be answered with, and the same each time.
@lru_cache(maxsize=8192)
def is_about_lookalike(clause: str) -> bool:
    """Whether a clause speaks about one of them."""
    return any(word in clause for one in _lookalikes() for word in one.term.written)


@dataclass(frozen=True, slots=True)
class _Lookalike:
    term: Term
    features: Sequence[Sequence[str]]

    def is_described_in(self, text: str) -> bool:
        """Whether each feature shows by a word."""
        shown = (any(word in text for word in words) for words in self.features)
        return bool(self.features) and all(shown)


@cache
def _lookalikes() -> list[_Lookalike]:
    raw = read_yaml(files("knowledge.rules").joinpath("lookalikes.yaml").read_text("utf-8"))
    return [
        _Lookalike(
            Term(name, tuple(words["said"]), tuple(words["written"])),
            [[str(word) for word in feature] for feature in words.get("features", ())],
        )
        for name, words in raw.items()
    ]
