"""The word list by which heads are read, see ``words.yaml``."""

import re
from functools import cache
from importlib.resources import files
from typing import Any

from knowledge.kit.yaml import read_yaml


@cache
def words() -> dict[str, Any]:
    """The list as it stands."""
    content: dict[str, Any] = read_yaml(
        files("ingest.metadata").joinpath("words.yaml").read_text("utf-8")
    )
    return content


@cache
def pattern(key: str) -> re.Pattern[str]:
    """The regular expression of that key."""
    return re.compile(words()[key])
