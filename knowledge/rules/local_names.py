"""Names by which one place alone calls the loan; see ``local_names.yaml``."""

from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml


def find_home(text: str) -> str | None:
    """The adcode of the place that one of the names in a text belongs to, if any."""
    return next((code for code, names in _homes() if any(name in text for name in names)), None)


@cache
def _homes() -> list[tuple[str, list[str]]]:
    text = files("knowledge.rules").joinpath("local_names.yaml").read_text("utf-8")
    return list(read_yaml(text).items())
