"""The catalog of what ingestion says to clerks and writes into documents."""

from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml


@cache
def _catalog() -> dict[str, str]:
    text = files("ingest").joinpath("texts.yaml").read_text("utf-8")
    return {key: str(value) for key, value in read_yaml(text).items()}


def say(key: str, **fields: object) -> str:
    """The sentence of that key with its fields filled in."""
    return _catalog()[key].format(**fields)
