"""Loans that are easily taken for 创业担保贷款; see ``lookalikes.yaml``."""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml
from knowledge.rules.vocabulary import Term


def find_lookalikes(text: str) -> Sequence[Term]:
    """The look-alikes that a question names."""
    return [term for term in _lookalikes() if any(word in text for word in term.said)]


# Asked for every clause that a question might be answered with, and the same each time.
@lru_cache(maxsize=8192)
def is_about_lookalike(clause: str) -> bool:
    """Whether a clause speaks about one of them."""
    return any(word in clause for term in _lookalikes() for word in term.written)


@cache
def _lookalikes() -> list[Term]:
    raw = read_yaml(files("knowledge.rules").joinpath("lookalikes.yaml").read_text("utf-8"))
    return [
        Term(name, tuple(words["said"]), tuple(words["written"])) for name, words in raw.items()
    ]
