"""The catalogue of what answers say: ``wording/common.yaml`` and ``wording/points.yaml``."""

from decimal import Decimal
from functools import cache
from importlib.resources import files

import yaml

from knowledge.rules.parameters import Unit


@cache
def _catalog() -> dict[str, str]:
    found: dict[str, str] = {}
    for name in ("common.yaml", "points.yaml"):
        text = files("knowledge.answering").joinpath("wording", name).read_text("utf-8")
        found |= {key: str(value) for key, value in yaml.safe_load(text).items()}
    return found


def say(key: str, **fields: object) -> str:
    """The sentence of that key with its fields filled in."""
    return _catalog()[key].format(**fields)


def say_value(value: Decimal | str, unit: Unit) -> str:
    """A parameter's value as people say it: 300000 yuan is 30万元, 36 months is 3年."""
    if isinstance(value, str):
        return value
    if unit is Unit.YUAN and value % 1000 == 0 and value >= 10000:
        return say("unit-yuan-wan", n=_plain(value / 10000))
    if unit is Unit.MONTHS and value % 12 == 0:
        return say("unit-months-years", n=_plain(value / 12))
    return say(f"unit-{unit.value}", n=_plain(value))


def say_yuan(value: Decimal) -> str:
    """An amount of yuan, in ten thousands where that is exact."""
    return say_value(value, Unit.YUAN)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
