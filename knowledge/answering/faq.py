"""Answers that staff wrote and approved; they come before composed ones.

An entry is used only while every clause it rests on still reads as it did when it was
approved, and only for a question that asks the same thing in the same words or nearly.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from knowledge.answering.draft import Draft, cite, resolve
from knowledge.documents import NATION, PolicyDocument
from knowledge.index.chunks import text_digest
from knowledge.regions.divisions import divisions
from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Role
from knowledge.understanding.likeness import ALIKE, NEARLY_THE_SAME, likeness, wording

_WHERE = (Role.PLACE_BUSINESS, Role.PLACE_ORIGIN, Role.PLACE_OTHER)
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
        read: Callable[[str], Interpretation] | None = None,
    ) -> None:
        """``read`` reads a question that stands alone; needed as soon as there are entries."""
        self._asked = [
            (wording(question), read(question), entry)
            for entry in entries
            for question in entry.questions
            if read is not None
        ]

    def resembles(self, question: str) -> bool:
        """Whether an entry is worded like a question: quick, before :meth:`find` is sure."""
        vector = wording(question) if self._asked else {}
        return any(likeness(vector, asked) >= ALIKE for asked, _, _ in self._asked)

    def find(
        self, reading: Interpretation, documents: Mapping[str, PolicyDocument]
    ) -> FaqEntry | None:
        """The entry that answers the question where it is asked, if its clauses still stand.

        A question about an earlier time, or one that needs the talk before it, asks
        something else.
        """
        if not self._asked or reading.period is not None or reading.goes_on:
            return None
        ladder = divisions().ladder(reading.region or NATION)
        vector = wording(reading.text)
        alike = [
            (near, -ladder.index(entry.region), entry)
            for asked, about, entry in self._asked
            if entry.region in ladder
            and (near := likeness(vector, asked)) >= ALIKE
            and _same_matter(about, reading, near)
        ]
        alike.sort(key=lambda found: found[1::-1], reverse=True)
        current = (e for _, _, e in alike if not changed_clauses(e.clauses, documents))
        return next(current, None)


def _same_matter(one: Interpretation, other: Interpretation, near: float) -> bool:
    """Whether two questions are about the same; of what fits no matter the wording decides."""
    if not (one.topics and other.topics):
        return near >= NEARLY_THE_SAME and _about(one) == _about(other)
    likeliest = {*one.topics[:1], *other.topics[:1]}
    return likeliest <= {*one.topics} & {*other.topics} and _about(one) == _about(other)


def _about(reading: Interpretation) -> tuple[object, ...]:
    """What a question is about, apart from its wording, its place and its topic."""
    numbers = [(e.role, e.value) for e in reading.entities if e.value and e.role not in _WHERE]
    return (
        reading.subject,
        numbers,
        {group.name for group in reading.groups},
        {thing.name for thing in reading.things},
        {loan.name for loan in reading.lookalikes},
    )
