"""Which clauses say why something must not be done; see ``wrongdoings.yaml``."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml


def laws_on(family: str | None) -> Sequence[str]:
    """References of the clauses on a family of wrongdoing, the one to name first in front."""
    return _laws().get(family or "", ())


@cache
def _laws() -> dict[str, Sequence[str]]:
    raw = read_yaml(files("knowledge.rules").joinpath("wrongdoings.yaml").read_text("utf-8"))
    return {family: tuple(map(str, refs)) for family, refs in raw.items()}
