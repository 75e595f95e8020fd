"""Shows what each refusal threshold would cost, on questions that take no part in training."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

import yaml

from knowledge.answering.models import Answer, AnswerStatus, Intent

REFUSALS = (AnswerStatus.OUT_OF_SCOPE, AnswerStatus.BLOCKED)
LEADING = (Intent.APPLY, Intent.STATUS, Intent.BRANCH)


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


def wrong_refusals(answer: Callable[[str], Answer]) -> tuple[list[str], list[str]]:
    """Questions wrongly refused, and those outside that got an answer or a form after all.

    To say that the material does not say is no refusal of a question within the scope, and
    none of one outside either: nothing wrong was said.
    """
    inside, outside = calibration_questions()
    refused = [
        question
        for question in inside
        if (given := answer(question)).status in REFUSALS or given.intent is Intent.SMALLTALK
    ]
    answered = [
        question
        for question in outside
        if (given := answer(question)).citations or given.intent in LEADING
    ]
    return refused, answered
