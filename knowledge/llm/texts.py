"""The catalog of the rewriting: its label, and the words to the model."""

from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml


def text(key: str) -> str:
    """The text of that key."""
    return _catalog()[key]


@cache
def _catalog() -> dict[str, str]:
    content = files("knowledge.llm").joinpath("texts.yaml").read_text("utf-8")
    return {key: str(value) for key, value in read_yaml(content).items()}
