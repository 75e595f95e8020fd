"""The tables that names, addresses and numbers are known by."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml


def words(table: str) -> Sequence[str]:
    """A table of ``words.yaml``."""
    return _tables()[table]


@cache
def places() -> frozenset[str]:
    """Everyday names of divisions: what stays readable, and what is no person."""
    return frozenset(_read("places.txt").split())


@cache
def _tables() -> dict[str, list[str]]:
    return {name: str(row).split() for name, row in read_yaml(_read("words.yaml")).items()}


def _read(name: str) -> str:
    return files("knowledge.kit.privacy").joinpath(name).read_text("utf-8")
