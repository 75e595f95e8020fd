"""Families of what is refused or belongs elsewhere; see ``reasons.yaml``."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge.kit.yaml import read_yaml
from knowledge.understanding.labels import Act, Matter


def is_for_the_machine(text: str) -> bool:
    """Whether a text tries to instruct or to search out the system."""
    lowered = text.lower()
    return any(sign in lowered for sign in _reasons()["system"])


def names_this_loan(text: str) -> bool:
    """Whether a text says one of the loan's own names."""
    return any(name in text for name in _reasons()["this_loan"])


def family_of(act: Act, text: str) -> str | None:
    """The family of wrongdoing or of another matter whose words a text holds; None if none."""
    families: dict[str, list[str]] = _reasons().get(act.value, {})
    return next((f for f, words in families.items() if any(w in text for w in words)), None)


def family_by_matter(matters: Mapping[Matter, float]) -> str | None:
    """The family of a wrongdoing by what the message most likely asks about."""
    families: dict[str, str] = _reasons()["by_matter"]
    likeliest = max(matters, key=lambda matter: matters[matter], default=None)
    return families.get(likeliest.value) if likeliest is not None else None


@cache
def _reasons() -> dict[str, Any]:
    text = files("knowledge.understanding.lexicon").joinpath("reasons.yaml").read_text("utf-8")
    raw: dict[str, Any] = read_yaml(text)
    return raw
