"""What clauses are about, as guessed by whoever the caller asks."""

from collections.abc import Callable, Sequence

from knowledge.documents import PolicyDocument, Topic

GuessTopics = Callable[[str], Sequence[Topic]]
"""Topics of a clause's heading and text, best first."""


def no_topics(_text: str) -> Sequence[Topic]:
    """The guess of one who does not know."""
    return [Topic.OTHER]


def with_topics(document: PolicyDocument, guess_topics: GuessTopics) -> PolicyDocument:
    """The document with the topics of each clause guessed; none guessed is ``OTHER``."""
    clauses = []
    for clause in document.clauses:
        guessed = tuple(dict.fromkeys(guess_topics(f"{clause.heading}\n{clause.text}")))
        clauses.append(clause.model_copy(update={"topics": guessed or (Topic.OTHER,)}))
    return document.model_copy(update={"clauses": tuple(clauses)})
