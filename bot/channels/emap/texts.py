"""What the map page says."""

from functools import cache
from importlib.resources import files

import yaml


def text(key: str, **fields: object) -> str:
    """A sentence of the page's catalog."""
    return _catalog()[key].format(**fields)


def resource(name: str) -> str:
    """A file of this room."""
    return files("bot.channels.emap").joinpath(name).read_text("utf-8")


@cache
def _catalog() -> dict[str, str]:
    return {key: str(value) for key, value in yaml.safe_load(resource("texts.yaml")).items()}
