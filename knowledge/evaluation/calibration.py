"""Shows what each refusal threshold would cost, on questions that take no part in training."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class CalibrationPoint:
    """Shares from 0 to 1 at one threshold."""

    threshold: float
    wrongly_refused: float
    wrongly_answered: float


def calibration_questions() -> tuple[list[str], list[str]]:
    """Questions within the scope and outside of it."""
    text = files("knowledge.evaluation").joinpath("calibration.yaml").read_text("utf-8")
    questions = yaml.safe_load(text)
    return questions["in_scope"], questions["out_of_scope"]


def refusal_curve(
    margin: Callable[[str], float], thresholds: list[float]
) -> list[CalibrationPoint]:
    """How many questions within the scope are refused and how many outside are not."""
    inside, outside = ([margin(q) for q in questions] for questions in calibration_questions())
    return [
        CalibrationPoint(
            threshold,
            sum(value < threshold for value in inside) / len(inside),
            sum(value >= threshold for value in outside) / len(outside),
        )
        for threshold in thresholds
    ]
