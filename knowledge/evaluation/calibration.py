"""Which questions are wrongly refused or answered, of some that take no part in training."""

from collections.abc import Callable
from importlib.resources import files

import yaml

from knowledge.answering.models import Answer, AnswerStatus, Intent

REFUSALS = (AnswerStatus.OUT_OF_SCOPE, AnswerStatus.BLOCKED)
LEADING = (Intent.APPLY, Intent.STATUS, Intent.BRANCH)


def calibration_questions() -> tuple[list[str], list[str]]:
    """Questions within the scope and outside of it."""
    text = files("knowledge.evaluation").joinpath("calibration.yaml").read_text("utf-8")
    questions = yaml.safe_load(text)
    return questions["in_scope"], questions["out_of_scope"]


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
