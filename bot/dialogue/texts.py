"""The catalog of the conversation."""

from functools import cache
from importlib.resources import files

import yaml


def say(key: str, **fields: object) -> str:
    """The sentence of that key with its fields filled in."""
    return catalog()[key].format(**fields)


@cache
def catalog() -> dict[str, str]:
    """All sentences by key."""
    text = files("bot.locales").joinpath("zh_cn.yaml").read_text("utf-8")
    return {key: str(value) for key, value in yaml.safe_load(text).items()}
