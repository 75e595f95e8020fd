"""The economic belts that national rules set different figures for; see ``belts.yaml``."""

from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml


def lies_within(code: str, part: str) -> bool:
    """Whether a division may lie in a part of the country.

    True for the nation, of which any part may be meant, and for what is no belt's name.
    """
    provinces = _belts().get(part)
    return provinces is None or code == "100000" or code[:2] in provinces


@cache
def _belts() -> dict[str, list[str]]:
    text = files("knowledge.regions").joinpath("belts.yaml").read_text("utf-8")
    return {str(name): [str(code) for code in codes] for name, codes in read_yaml(text).items()}
