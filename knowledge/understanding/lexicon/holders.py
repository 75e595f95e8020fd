"""Reads whose a debt is from the words that say it."""

from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml
from knowledge.understanding.labels import Holder


def read_holder(words: str) -> Holder | None:
    """Whose it is; None where the words tell no kind of person."""
    return next((kind for kind, said in _said().items() if any(w in words for w in said)), None)


@cache
def _said() -> dict[Holder, tuple[str, ...]]:
    raw = files("knowledge.understanding.lexicon").joinpath("holders.yaml").read_text("utf-8")
    return {Holder(kind): tuple(map(str, words)) for kind, words in read_yaml(raw).items()}
