"""What clauses are on and which questions they answer, as guessed by whoever the caller asks."""

from collections.abc import Callable

from knowledge.documents import ClauseLabels, PolicyDocument, Topic

GuessLabels = Callable[[str], ClauseLabels]
"""The labels of a clause by its heading and text."""


def no_labels(_text: str) -> ClauseLabels:
    """The guess of one who does not know."""
    return ClauseLabels((), ())


def with_labels(document: PolicyDocument, guess: GuessLabels) -> PolicyDocument:
    """The document with the labels of each clause guessed; no topic guessed is ``OTHER``."""
    clauses = []
    for clause in document.clauses:
        topics, matters = guess(f"{clause.heading}\n{clause.text}")
        labels = {"topics": topics or (Topic.OTHER,), "matters": matters}
        clauses.append(clause.model_copy(update=labels))
    return document.model_copy(update={"clauses": tuple(clauses)})
