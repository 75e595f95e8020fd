"""The catalog of what people are told when a request is refused."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


def problem_text(code: str) -> tuple[str, str]:
    """Title and next step for an error code."""
    title, detail = _catalog().get(code) or _catalog()["internal"]
    return title, detail


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


@cache
def _catalog() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(files("api").joinpath("texts.yaml").read_text("utf-8"))
    return found
