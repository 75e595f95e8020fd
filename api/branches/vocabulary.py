"""The services a branch can offer; the words are data."""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from knowledge.kit.yaml import read_yaml


def service_code(word: str) -> str | None:
    """The code of a service named by its code, label or another usual word."""
    return _codes().get(word.strip())


def known_codes(services: Iterable[str]) -> list[str]:
    """The codes among stored services; words the vocabulary does not know are left out."""
    codes = (service_code(service) for service in services)
    return list(dict.fromkeys(code for code in codes if code))


def labels(services: Iterable[str]) -> list[str]:
    """The services as people read them; unknown words stay as they came."""
    return [_labels().get(service_code(service) or "", service) for service in services]


@cache
def all_codes() -> tuple[str, ...]:
    """Every code, in the order of the vocabulary."""
    return tuple(_labels())


@cache
def _labels() -> MappingProxyType[str, str]:
    return MappingProxyType({code: entry["label"] for code, entry in _entries().items()})


@cache
def _codes() -> MappingProxyType[str, str]:
    words: dict[str, str] = {}
    for code, entry in _entries().items():
        words |= dict.fromkeys((code, entry["label"], *entry["aliases"]), code)
    return MappingProxyType(words)


@cache
def _entries() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read_yaml(
        files("api.branches").joinpath("data/services.yaml").read_text("utf-8")
    )
    return found
