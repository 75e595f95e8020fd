"""Answers that staff wrote and approved; they come before composed ones.

An entry is used only while every clause it rests on still reads as it did when it was
approved, and only for a question that asks the same thing in the same words or nearly.
"""

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.answering.draft import Draft, cite, resolve
from knowledge.documents import NATION, PolicyDocument
from knowledge.index.chunks import text_digest
from knowledge.kit.budget import check_budget
from knowledge.kit.texts import shorten
from knowledge.regions.divisions import divisions
from knowledge.rules.lookalikes import find_lookalikes
from knowledge.rules.vocabulary import find_terms
from knowledge.understanding.asked_things import find_asked_things
from knowledge.understanding.classifier import ngrams
from knowledge.understanding.normaliser import normalise
from knowledge.understanding.places import find_places
from knowledge.understanding.reader import Reading

# Cosine of character n-grams, places taken out. Words alone cannot tell 个人最多能贷多少
# from 企业最多能贷多少 (.72), so what is asked about must be the same as well.
ALIKE = 0.6
LONGEST_COMPARED = 128  # characters; of a longer question beginning and end
_MARK = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """An approved answer.

    ``text`` marks its clauses as ``[1]``, counting through ``clauses``: references with the
    digest each clause's text had at approval.
    """

    id: str
    questions: tuple[str, ...]
    region: str
    text: str
    clauses: Mapping[str, str | None]

    def draft(self) -> Draft:
        """The answer with citation tokens in place of its marks."""
        refs = list(self.clauses)

        def token(mark: re.Match[str]) -> str:
            number = int(mark[1])
            return cite(refs[number - 1]) if 0 < number <= len(refs) else mark[0]

        draft = Draft()
        for line in self.text.splitlines():
            if line.strip():
                draft.add(_MARK.sub(token, line.strip()))
        return draft


def changed_clauses(
    clauses: Mapping[str, str | None], documents: Mapping[str, PolicyDocument]
) -> list[str]:
    """Those of an entry's clauses that are gone or read differently now."""
    return [ref for ref, digest in clauses.items() if clause_digest(ref, documents) != digest]


def clause_digest(ref: str, documents: Mapping[str, PolicyDocument]) -> str | None:
    """Stands for the text of a clause; None when it is not there."""
    evidence = resolve(ref, documents)
    return text_digest(evidence.clause.text) if evidence else None


class FaqBook:
    """The approved entries, found by what they answer; never changed, only exchanged."""

    def __init__(
        self,
        entries: Iterable[FaqEntry] = (),
        read: Callable[[str], Reading] | None = None,
    ) -> None:
        """``read`` reads a question that stands alone; needed as soon as there are entries."""
        self._asked = [
            (_vector(question), read(question), entry)
            for entry in entries
            for question in entry.questions
            if read is not None
        ]

    def resembles(self, question: str) -> bool:
        """Whether an entry is worded like a question: quick, before :meth:`find` is sure."""
        vector = _vector(question) if self._asked else {}
        return any(_cosine(vector, asked) >= ALIKE for asked, _, _ in self._asked)

    def find(self, reading: Reading, documents: Mapping[str, PolicyDocument]) -> FaqEntry | None:
        """The entry that answers the question where it is asked, if its clauses still stand.

        A question about an earlier time, or one that needs the talk before it, asks
        something else.
        """
        if not self._asked or reading.period is not None or reading.follows is not None:
            return None
        ladder = divisions().ladder(reading.region or NATION)
        vector = _vector(reading.text)
        alike = [
            (likeness, -ladder.index(entry.region), entry)
            for asked, about, entry in self._asked
            if entry.region in ladder
            and (likeness := _cosine(vector, asked)) >= ALIKE
            and _same_matter(about, reading)
        ]
        alike.sort(key=lambda found: found[1::-1], reverse=True)
        current = (e for _, _, e in alike if not changed_clauses(e.clauses, documents))
        return next(current, None)


def _same_matter(one: Reading, other: Reading) -> bool:
    """Whether two questions are about the same; where a topic is unsure, its rivals count."""
    likeliest = {*one.topics[:1], *other.topics[:1]}
    return likeliest <= {*one.topics} & {*other.topics} and _matter(one) == _matter(other)


def _matter(reading: Reading) -> tuple[object, ...]:
    """What a question is about, apart from its wording, its place and its topic."""
    return (
        reading.subject,
        reading.quantities,
        {group.name for group in find_terms("groups", reading.text)},
        {thing.name for thing in find_asked_things(reading.text)},
        {loan.name for loan in find_lookalikes(reading.text)},
    )


def group_alike(questions: Sequence[str]) -> list[list[int]]:
    """Positions of questions that ask the same, largest group first."""
    groups: list[list[int]] = []
    # For each n-gram the groups whose first question has it, with its weight there.
    holders: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for position, question in enumerate(questions):
        check_budget()
        vector = _vector(question)
        likeness = [0.0] * len(groups)
        for gram, weight in vector.items():
            for number, own in holders.get(gram, ()):
                likeness[number] += weight * own
        near = max(range(len(groups)), key=likeness.__getitem__, default=None)
        if near is not None and likeness[near] >= ALIKE:
            groups[near].append(position)
            continue
        for gram, weight in vector.items():
            holders[gram].append((len(groups), weight))
        groups.append([position])
    return sorted(groups, key=len, reverse=True)


def _vector(question: str) -> dict[str, float]:
    """Character n-grams of a question without its places, of length 1."""
    text = normalise(shorten(question, LONGEST_COMPARED)).text
    for place in find_places(text):
        text = text.replace(place.text, "")
    counts = ngrams(re.sub(r"\W", "", text))
    norm = math.sqrt(sum(n * n for n in counts.values())) or 1.0
    return {gram: n / norm for gram, n in counts.items()}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(weight * other.get(gram, 0.0) for gram, weight in one.items())
