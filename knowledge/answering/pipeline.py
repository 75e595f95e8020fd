"""From a question to its answer: steps over a state that none of them changes.

guard → approved → route → retrieve → plan → verify → cite; the first that has an answer ends
the way. Each leaves a note; the notes are what staff see under "why".
"""

import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answering.chance import Signs
from knowledge.answering.context import Context, of_no_time
from knowledge.answering.faq import FaqBook, FaqEntry
from knowledge.answering.finding import ClauseFinder
from knowledge.answering.models import Answer, Question, TraceNote
from knowledge.answering.state import State
from knowledge.answering.steps.approved import Approved
from knowledge.answering.steps.cite import conclude
from knowledge.answering.steps.guard import guard
from knowledge.answering.steps.plan import plan
from knowledge.answering.steps.retrieve import Retrieve
from knowledge.answering.steps.route import Route
from knowledge.answering.steps.verify import verify
from knowledge.documents import PolicyDocument
from knowledge.kit.budget import check_budget
from knowledge.kit.privacy import mask_personal_data
from knowledge.kit.texts import latest
from knowledge.retrieval.hybrid import Hit
from knowledge.rules.parameters import Parameters
from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.normaliser import to_traditional
from knowledge.understanding.pipeline import Interpreter
from knowledge.understanding.places import resolve_region
from knowledge.understanding.second_opinion import (
    CLAUSES_SHOWN,
    Doubtful,
    Opinion,
    is_unsure,
    settle,
)

if TYPE_CHECKING:  # answers are served before the vector libraries are loaded
    from langchain_core.embeddings import Embeddings

# Of what was said before, in characters; a follow-up seldom goes on from more than a few turns.
LONGEST_HISTORY = 2000

Step = Callable[[State], State]


class PolicyAssistant:
    """The whole way from a question to a checked answer; thread-safe.

    ``live`` names the documents that may be used now (None: all); ``today`` tells the
    day in China. ``embeddings`` are used only where another model than the bundled one
    searches, see :meth:`use_embeddings`.
    """

    def __init__(
        self,
        documents: Mapping[str, PolicyDocument],
        parameters: Parameters,
        finder: ClauseFinder,
        interpreter: Interpreter,
        *,
        today: Callable[[], date],
        live: Callable[[], Set[str] | None] = lambda: None,
    ) -> None:
        self._documents, self._parameters = documents, parameters
        self._finder, self._interpreter = finder, interpreter
        self.today, self._live = today, live
        self._embeddings: Embeddings | None = None
        self._faq = FaqBook()
        self._steps: Sequence[Step] = (
            guard,
            Approved(lambda: self._faq),
            Route(finder),
            Retrieve(finder),
            plan,
            verify,
            conclude,
        )

    def use_embeddings(self, embeddings: "Embeddings | None") -> None:
        """From now on search with the vectors of another model; None: with those of the reading."""
        self._embeddings = embeddings

    def use_faq(self, entries: Sequence[FaqEntry]) -> None:
        """From now on answers that staff approved come first."""
        self._faq = FaqBook(entries, self.interpret)

    def has_approved(self, text: str, region: str | None) -> bool:
        """Whether a masked question gets an answer that staff approved; ``region`` is a code."""
        if not self._faq.resembles(text):
            return False
        context = self._context(text, Question(question=text), region)
        return self._faq.find(context.reading, context.documents) is not None

    def interpret(
        self,
        text: str,
        *,
        history: Sequence[str] = (),
        region: str | None = None,
        today: date | None = None,
        completes: bool = False,
    ) -> Interpretation:
        """Read one message, see :meth:`Interpreter.interpret`; ``region`` is an adcode."""
        check_budget()
        reading = self._interpreter.interpret(
            text, history=history, region=region, today=today or self.today(), completes=completes
        )
        if self._embeddings is None:
            return reading
        vector = np.asarray(self._embeddings.embed_query(reading.text), np.float32)
        return replace(reading, vector=vector)

    def find_doubt(self, question: Question) -> Doubtful | None:
        """What a second reader should read, where the reading is unsure.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        context = self._context_of(question)
        if not is_unsure(context.reading):
            return None
        shown = self._finder.find(context)[:CLAUSES_SHOWN]
        clauses = {hit.chunk.id: hit.chunk.clause.text for _, hit in shown}
        return Doubtful(context.reading.text, clauses)

    def answer(self, question: Question, opinion: Opinion | None = None) -> Answer:
        """Answer one message; ``opinion`` is what a second reader makes of it.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        started = time.perf_counter()
        context = self._context_of(question)
        if opinion is not None:
            reading = settle(context.reading, opinion, context.today)
            context = replace(context, reading=reading, chosen=frozenset(opinion.clauses))
        state = State(question, context)
        for step in self._steps:
            state = step(state)
            if state.answer is not None:
                break
        answer = state.answer
        if answer is None:
            raise AssertionError("the last step always answers")
        if state.context.reading.is_traditional:
            answer.text = to_traditional(answer.text)
        answer.trace = [TraceNote(step=note.step, told=note.told) for note in state.notes]
        answer.elapsed_ms = round((time.perf_counter() - started) * 1000, 2)
        return answer

    def live_documents(self) -> Mapping[str, PolicyDocument]:
        """The documents that may be used now."""
        live = self._live()
        if live is None:
            return self._documents
        return {id_: document for id_, document in self._documents.items() if id_ in live}

    def read(self, question: Question) -> tuple[Interpretation, date]:
        """How a question is read, and the day whose rules apply.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        context = self._context_of(question)
        return context.reading, context.on

    def find_clauses(
        self, question: Question, limit: int, always: Set[str] = frozenset()
    ) -> list[tuple[float, Hit]]:
        """Clauses with their scores, as an answer would choose from, best first.

        Those whose references are in ``always`` are there, however many fit better.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        return self._finder.find_all(self._context_of(question), limit, always)

    def best_clause(self, question: Question) -> tuple[Signs, Hit] | None:
        """The clause that fits best, with what tells how likely it answers.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        context = self._context_of(question)
        ranked = self._finder.find(context)
        return (Signs.of(context, ranked), ranked[0][1]) if ranked else None

    def _context_of(self, question: Question) -> Context:
        region = resolve_region(question.region) if question.region else None
        return self._context(mask_personal_data(question.question), question, region)

    def _context(self, text: str, question: Question, region: str | None) -> Context:
        told = [turn.content for turn in question.history if turn.role == "user"]
        earlier = [mask_personal_data(text) for text in latest(told, LONGEST_HISTORY)]
        today = question.as_of or self.today()
        reading = self.interpret(
            text, history=earlier, region=region, today=today, completes=question.completes
        )
        reading = of_no_time(reading, today)
        return Context(reading, today, self._parameters, self.live_documents())
