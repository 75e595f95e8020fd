"""What is known of an answer on its way: never changed, each step hands on a new one."""

from dataclasses import dataclass, replace

from knowledge.answering.context import Context
from knowledge.answering.draft import Draft
from knowledge.answering.models import Answer, Intent, Question
from knowledge.answering.points import Part, Point


@dataclass(frozen=True, slots=True)
class Note:
    """What a step found or decided, for those who ask why; no words of the person."""

    step: str
    told: str


@dataclass(frozen=True, slots=True)
class State:
    """A question on its way to an answer.

    ``reply`` is what a message gets that complains or asks for its progress; rules may stand
    beside it. ``parts`` are the things asked, ``points`` what answers them in the order asked,
    ``draft`` the lines that were found sound; the step that sets ``answer`` ends the way.
    """

    question: Question
    context: Context
    intent: Intent = Intent.POLICY
    reply: Answer | None = None
    parts: tuple[Part, ...] = ()
    points: tuple[Point, ...] = ()
    draft: Draft | None = None
    answer: Answer | None = None
    notes: tuple[Note, ...] = ()

    def noting(self, step: str, told: str) -> "State":
        """The same with one more note."""
        return replace(self, notes=(*self.notes, Note(step, told)))

    def replied(self, step: str, reply: Answer, told: str) -> "State":
        """The same with a reply, beside which rules may stand."""
        return replace(self.noting(step, told), reply=reply)

    def answered(self, step: str, answer: Answer, told: str) -> "State":
        """The end of the way."""
        return replace(self.noting(step, told), answer=answer)
