"""What some words say by themselves: misunderstandings and ways of repaying; see the YAML."""

from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml
from knowledge.rules.schedules import Repayment


def find_misbeliefs(text: str) -> tuple[str, ...]:
    """Common misunderstandings that a text shows."""
    return tuple(name for name, words in _words("misbeliefs").items() if _any(words, text))


def find_repayment(text: str) -> Repayment | None:
    """The way of repaying that a text names."""
    named = (name for name, words in _words("repayment").items() if _any(words, text))
    return next((Repayment(name) for name in named), None)


def _any(words: list[str], text: str) -> bool:
    return any(word in text for word in words)


@cache
def _words(kind: str) -> dict[str, list[str]]:
    text = files("knowledge.understanding.lexicon").joinpath("beliefs.yaml").read_text("utf-8")
    found: dict[str, list[str]] = read_yaml(text)[kind]
    return found
