"""Requests that are refused whatever else they say; user text is never an instruction."""

from functools import cache
from importlib.resources import files

import yaml


def refused_family(text: str) -> str | None:
    """``system``, ``forgery`` or ``privacy`` when a text shows its signs, else None."""
    lowered = text.lower()
    for family, signs in _signs().items():
        if any(sign in lowered for sign in signs):
            return family
    return None


@cache
def _signs() -> dict[str, list[str]]:
    text = files("knowledge.answering").joinpath("guard.yaml").read_text("utf-8")
    return {family: [str(sign) for sign in signs] for family, signs in yaml.safe_load(text).items()}
