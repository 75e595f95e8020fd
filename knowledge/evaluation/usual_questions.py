"""Asks what people ask of any place, wherever a place has a clause of its own on it.

The same question is asked with the place in its words, with the place known from before,
and so with the loan's name: all must be answered from a clause of the place.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from knowledge.answering.models import Answer, Question
from knowledge.documents import NATION, DocumentStatus, PolicyDocument, Topic
from knowledge.kit.yaml import read_yaml
from knowledge.regions.divisions import divisions

LOAN = "创业担保贷款"


@dataclass(frozen=True, slots=True)
class UsualQuestion:
    """A question on a topic of a place, and the clauses any of which answers it."""

    words: str
    region: str
    topic: Topic
    clauses: Set[str]

    def ways(self) -> dict[str, Question]:
        """How it can be asked."""
        place = divisions().get(self.region).name
        return {
            "place named": Question(question=f"{place}{self.words}"),
            "place known": Question(question=self.words, region=self.region),
            "loan named": Question(question=f"{LOAN}{self.words}", region=self.region),
        }


def usual_questions(documents: Mapping[str, PolicyDocument], on: date) -> list[UsualQuestion]:
    """The questions for every place and topic with a clause not known to have ended."""
    wordings: dict[str, list[str]] = read_yaml(
        files("knowledge.evaluation").joinpath("usual_questions.yaml").read_text("utf-8")
    )
    clauses: defaultdict[tuple[str, Topic], set[str]] = defaultdict(set)
    for document in documents.values():
        if document.region == NATION or not _may_hold(document, on):
            continue
        for clause in document.clauses:
            for topic in clause.topics:
                clauses[document.region, topic].add(clause.ref)
    return [
        UsualQuestion(words, region, topic, refs)
        for (region, topic), refs in sorted(clauses.items())
        for words in wordings.get(topic, [])
    ]


def _may_hold(document: PolicyDocument, on: date) -> bool:
    ended = document.status in (DocumentStatus.SUPERSEDED, DocumentStatus.EXPIRED)
    return not ended and document.in_force_on(on) is not False


def is_answered_locally(question: UsualQuestion, answer: Answer) -> bool:
    """Whether a clause of the place on the topic is cited."""
    return any(f"{c.document_id}#{c.clause}" in question.clauses for c in answer.citations)


def ask_usual_questions(
    questions: list[UsualQuestion],
    answer: Callable[[Question], Answer],
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> dict[Topic, dict[str, list[bool]]]:
    """For each topic and way of asking, whether each question was answered from the place."""
    found: defaultdict[Topic, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for done, question in enumerate(questions, start=1):
        for way, asked in question.ways().items():
            found[question.topic][way].append(is_answered_locally(question, answer(asked)))
        on_progress(done, len(questions))
    return found
