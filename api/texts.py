"""The catalog of what people are told when a request is refused."""

import math
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

MINUTE, HOUR = 60, 3600


def problem_text(code: str, told: Mapping[str, object] | None = None) -> tuple[str, str]:
    """Title and next step for an error code, with the figures that it tells filled in."""
    title, detail = _catalog().get(code) or _catalog()["internal"]
    return title, detail.format_map(_Told(told or {}))


def wait_text(seconds: float) -> str:
    """How long to wait, in the unit that a person would use."""
    units = _catalog()["units"]
    if seconds < 2 * MINUTE:
        return str(units["seconds"]).format(n=max(1, math.ceil(seconds)))
    if seconds < 2 * HOUR:
        return str(units["minutes"]).format(n=math.ceil(seconds / MINUTE))
    return str(units["hours"]).format(n=math.ceil(seconds / HOUR))


def size_text(size: int) -> str:
    """How large a file or a request may be."""
    unit, of = ("megabytes", 1_000_000) if size >= 1_000_000 else ("kilobytes", 1000)
    return str(_catalog()["units"][unit]).format(n=f"{size / of:.3g}")


def operator_text(code: str) -> tuple[str, str]:
    """Title and next step for an error code, for who runs the program."""
    title, detail = problem_text(code)
    return title, str(_catalog()["operator"].get(code, detail))


def field_message(code: str, **told: str) -> str:
    """What is wrong with a field, with what the sentence tells filled in."""
    return str(_catalog()["fields"].get(code) or _catalog()["invalid_request"][0]).format(**told)


def row_fault_text(code: str) -> str:
    """What is wrong with a cell of an imported row."""
    texts = _catalog()["branch_rows"]
    return str(texts.get(code) or texts["other"])


def coverage_text() -> str:
    """What the centres of a coverage report are, and are not."""
    return str(_catalog()["branch_coverage"])


class _Told(dict[str, object]):
    """A figure that nobody gave must not turn a refusal into a fault."""

    def __missing__(self, name: str) -> str:
        return "…"


@cache
def _catalog() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(files("api").joinpath("texts.yaml").read_text("utf-8"))
    return found
