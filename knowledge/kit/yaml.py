"""Reads YAML with libyaml where it is there: the corpus is read at every start."""

from typing import Any

import yaml

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(text: str) -> Any:
    """The plain data of a document.

    Raises:
        yaml.YAMLError: it is malformed.
    """
    return yaml.load(text, Loader=_LOADER)
