"""Asks a set of questions through the production path and scores the answers.

A set is a YAML list; each item has ``id``, ``group``, ``question``, optional
``region``, ``asked_on``, ``history`` and ``expected`` with ``must_contain_facts``,
``must_not``, ``should_ask_region``, ``should_abstain`` and optionally ``intent``.

Facts are compared by machine: every figure of a fact must stand in the answer, and
a fact without figures must share most of its character pairs with it. That is a
floor for reading by people, not a replacement.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from knowledge.answering.models import Answer, AnswerStatus, Intent, Question, Turn
from knowledge.kit.errors import ChuangdaiError
from knowledge.understanding.normaliser import normalise

_FIGURE = re.compile(r"\d{4}-\d{2}-\d{2}|\d+(?:\.\d+)?(?:万|%|BP|年|个月|个?工作日|次|名|人|元)?")
_SHARED_PAIRS = 0.45
_INTENTS = {
    "apply_start": Intent.APPLY,
    "application_status": Intent.STATUS,
    "branch_nearest": Intent.BRANCH,
    "human_handoff": Intent.HANDOFF,
    "smalltalk": Intent.SMALLTALK,
    "out_of_scope": Intent.OUT_OF_SCOPE,
    "unsafe_or_injection": Intent.UNSAFE,
}
_ABSTAINING = (
    AnswerStatus.NO_SOURCE,
    AnswerStatus.OUT_OF_SCOPE,
    AnswerStatus.BLOCKED,
    AnswerStatus.PARTLY_ANSWERED,
)


class EvaluationError(ChuangdaiError):
    """The question set cannot be read."""

    code = "evaluation_set_invalid"


@dataclass(frozen=True, slots=True)
class Result:
    """How one question fared; ``faults`` is empty when all of it was right."""

    id: str
    group: str
    question: str
    answer: Answer
    faults: tuple[str, ...]


def evaluate(
    path: Path,
    answer: Callable[[Question], Answer],
    *,
    today: date,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Result]:
    """Ask every question of a set.

    Raises:
        EvaluationError: the file is no list of questions.
    """
    try:
        items: list[dict[str, Any]] = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise EvaluationError(f"cannot read {path.name}: {type(error).__name__}") from error
    if not isinstance(items, list) or not all("question" in item for item in items):
        raise EvaluationError(f"{path.name} is no list of questions")
    results = []
    for done, item in enumerate(items, start=1):
        asked_on = item.get("asked_on")
        said = answer(
            Question(
                question=item["question"],
                region=item.get("region"),
                as_of=date.fromisoformat(str(asked_on)) if asked_on else today,
                history=[Turn(**turn) for turn in item.get("history", [])],
            )
        )
        faults = tuple(_faults(item, said))
        results.append(Result(item["id"], item["group"], item["question"], said, faults))
        on_progress(done, len(items))
    return results


def by_group(results: Sequence[Result]) -> dict[str, tuple[int, int]]:
    """(right, asked) for each group, in the order of the set."""
    groups: dict[str, tuple[int, int]] = {}
    for result in results:
        right, asked = groups.get(result.group, (0, 0))
        groups[result.group] = (right + (not result.faults), asked + 1)
    return groups


def _faults(item: dict[str, Any], answer: Answer) -> list[str]:
    expected = item.get("expected", {})
    faults = []
    intent = _INTENTS.get(item.get("intent", ""))
    if intent is not None and answer.intent is not intent:
        faults.append(f"intent {answer.intent.value}, not {intent.value}")
    if intent is None or intent is Intent.POLICY:
        faults += [
            f"missing: {fact}"
            for fact in expected.get("must_contain_facts", [])
            if not holds_fact(answer.text, fact)
        ]
    if bool(expected.get("should_ask_region")) != answer.ask_region and intent is None:
        faults.append("asks for the region" if answer.ask_region else "does not ask for the region")
    if expected.get("should_abstain") and answer.status not in _ABSTAINING:
        faults.append(f"does not abstain: {answer.status.value}")
    needs_citation = answer.status in (AnswerStatus.ANSWERED, AnswerStatus.PARTLY_ANSWERED)
    if intent is None and needs_citation and not answer.citations:
        faults.append("no citation")
    return faults


def holds_fact(text: str, fact: str) -> bool:
    """Whether an answer says a fact, judged by figures, else by shared character pairs."""
    said, wanted = _plain(text), _plain(fact)
    figures = _FIGURE.findall(wanted)
    if figures:
        return all(_figure_in(figure, said) for figure in figures)
    pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}
    return not pairs or sum(pair in said for pair in pairs) / len(pairs) >= _SHARED_PAIRS


def _figure_in(figure: str, said: str) -> bool:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", figure):
        year, month, day = figure.split("-")
        return f"{year}年{int(month)}月{int(day)}日" in said or figure in said
    return re.search(rf"(?<![\d.]){re.escape(figure)}", said) is not None


def _plain(text: str) -> str:
    folded = normalise(text).text.replace("万元", "万").replace(",", "").replace("名", "人")
    return re.sub(r"[\s。，、；：（）()\[\]《》“”\"!！?？]", "", folded)
