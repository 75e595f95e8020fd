"""Answers questions: read, decide what is wanted, compose, check, resolve citations."""

import logging
import time
import uuid
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answering.asking_back import ask_back
from knowledge.answering.check import broken_citations, unsupported_figures
from knowledge.answering.citations import view_citations
from knowledge.answering.clauses import MIN_SCORE
from knowledge.answering.context import Context
from knowledge.answering.draft import TOKEN, Draft
from knowledge.answering.faq import FaqBook, FaqEntry
from knowledge.answering.models import (
    Action,
    ActionKind,
    Answer,
    AnswerStatus,
    Applicability,
    AskedBack,
    Figure,
    Intent,
    Question,
)
from knowledge.answering.policy import Composed, PolicyComposer
from knowledge.answering.texts import say
from knowledge.answering.triage import decide, only_tells
from knowledge.documents import PolicyDocument, Topic
from knowledge.kit.budget import check_budget
from knowledge.kit.privacy import mask_personal_data
from knowledge.kit.texts import latest
from knowledge.regions.divisions import divisions
from knowledge.retrieval.hybrid import Hit
from knowledge.rules.parameters import Parameters
from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Matter
from knowledge.understanding.matters import topics_of
from knowledge.understanding.normaliser import to_traditional
from knowledge.understanding.pipeline import Interpreter
from knowledge.understanding.places import resolve_region

if TYPE_CHECKING:  # answers are served before the vector libraries are loaded
    from langchain_core.embeddings import Embeddings

log = logging.getLogger(__name__)

# Of what was said before, in characters; a follow-up seldom goes on from more than a few turns.
LONGEST_HISTORY = 2000
# From here on the corpus has something to say on a question about branches too.
ON_TOPIC = 1.05

# What still helps one whose question the material does not answer.
_HELPS_ON = {
    Topic.PROCESS: (ActionKind.START_APPLICATION,),
    Topic.MATERIALS: (ActionKind.START_APPLICATION,),
    Topic.WHERE: (ActionKind.FIND_BRANCH,),
}
# Of so many things asked in one message each is answered.
MOST_PARTS = 4
_FORECASTS = (Matter.APPROVAL, Matter.QUOTA)


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
        composer: PolicyComposer,
        interpreter: Interpreter,
        *,
        today: Callable[[], date],
        live: Callable[[], Set[str] | None] = lambda: None,
    ) -> None:
        self._documents, self._parameters = documents, parameters
        self._composer, self._interpreter = composer, interpreter
        self.today, self._live = today, live
        self._embeddings: Embeddings | None = None
        self._faq = FaqBook()

    def use_embeddings(self, embeddings: "Embeddings | None") -> None:
        """From now on search with the vectors of another model; None: with those of the reading."""
        self._embeddings = embeddings

    def use_faq(self, entries: Sequence[FaqEntry]) -> None:
        """From now on answers that staff approved come first."""
        self._faq = FaqBook(entries, self._read_alone)

    def has_approved(self, text: str, region: str | None) -> bool:
        """Whether a masked question gets an answer that staff approved; ``region`` is a code."""
        if not self._faq.resembles(text):
            return False
        question = Question(question=text)
        context = self._context(text, question, region, self.live_documents())
        return self._faq.find(context.reading, context.documents) is not None

    def _read_alone(self, text: str) -> Interpretation:
        return self.interpret(text)

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

    def answer(self, question: Question) -> Answer:
        """Answer one message.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        started = time.perf_counter()
        region = resolve_region(question.region) if question.region else None
        masked = mask_personal_data(question.question)
        context = self._context(masked, question, region, self.live_documents())
        answer = self._decide(context, question)
        if context.reading.is_traditional:
            answer.text = to_traditional(answer.text)
        answer.elapsed_ms = round((time.perf_counter() - started) * 1000, 2)
        return answer

    def live_documents(self) -> Mapping[str, PolicyDocument]:
        """The documents that may be used now."""
        live = self._live()
        if live is None:
            return self._documents
        return {id_: document for id_, document in self._documents.items() if id_ in live}

    def _context(
        self,
        text: str,
        question: Question,
        region: str | None,
        documents: Mapping[str, PolicyDocument],
    ) -> Context:
        told = [turn.content for turn in question.history if turn.role == "user"]
        earlier = [mask_personal_data(text) for text in latest(told, LONGEST_HISTORY)]
        today = question.as_of or self.today()
        reading = self.interpret(
            text, history=earlier, region=region, today=today, completes=question.completes
        )
        return Context(reading, today, self._parameters, documents)

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
        return self._composer.find(self._context_of(question), limit, always)

    def _context_of(self, question: Question) -> Context:
        region = resolve_region(question.region) if question.region else None
        text = mask_personal_data(question.question)
        return self._context(text, question, region, self.live_documents())

    def _decide(self, context: Context, question: Question) -> Answer:
        reading = context.reading
        if not any(character.isalnum() for character in reading.text):
            return self._plain(context, AnswerStatus.ANSWERED, Intent.SMALLTALK, "empty")
        intent = decide(reading)
        if intent is Intent.UNSAFE:
            return self._blocked(context, reading.reason or "other")
        if entry := self._faq.find(reading, context.documents):
            return self._approved(context, entry)
        if reading.only_place and not reading.asks:
            return self._invite(context)
        if intent is Intent.OUT_OF_SCOPE:
            return self._out_of_scope(context)
        if intent in (Intent.SMALLTALK, Intent.APPLY, Intent.STATUS, Intent.HANDOFF):
            return self._conversational(context, intent)
        if intent is Intent.BRANCH:
            return self._branch(context, question)
        if only_tells(reading):
            return self._invite(context)
        if asked := ask_back(context):
            return self._ask_back(context, asked)
        return self._policy(context, question, intent)

    def _ask_back(self, context: Context, asked: AskedBack) -> Answer:
        answer = self._shell(context, AnswerStatus.PARTLY_ANSWERED, Intent.POLICY, None)
        answer.text, answer.asked_back = asked.question, asked
        return answer

    def _approved(self, context: Context, entry: FaqEntry) -> Answer:
        answer = self._shell(context, AnswerStatus.ANSWERED, Intent.POLICY, None)
        topics = context.reading.topics
        answer.topic = topics[0].value if topics else None
        self._resolve(entry.draft(), context, answer)
        answer.faq_id = entry.id
        answer.actions = _actions(ActionKind.CHECK_ELIGIBILITY, ActionKind.START_APPLICATION)
        return answer

    def _invite(self, context: Context) -> Answer:
        """What can be asked, to one who has told something but asked nothing."""
        answer = self._plain(context, AnswerStatus.ANSWERED, Intent.SMALLTALK, "invite")
        if region := context.reading.region:
            answer.text = say("invite-where", region=divisions().get(region).name)
        answer.ask_region = region is None
        answer.actions = _actions(ActionKind.START_APPLICATION, ActionKind.FIND_BRANCH)
        return answer

    def _conversational(self, context: Context, intent: Intent) -> Answer:
        key = intent.value
        if intent is Intent.SMALLTALK and context.reading.reason == "thanks":
            key = "smalltalk-thanks"
        status = AnswerStatus.HANDOFF if intent is Intent.HANDOFF else AnswerStatus.ANSWERED
        answer = self._plain(context, status, intent, key)
        answer.ask_region = intent is Intent.APPLY and context.reading.region is None
        if intent is Intent.APPLY:
            answer.actions = _actions(ActionKind.START_APPLICATION, ActionKind.CHECK_ELIGIBILITY)
        if intent is Intent.SMALLTALK:
            answer.actions = _actions(ActionKind.START_APPLICATION, ActionKind.FIND_BRANCH)
        return answer

    def _branch(self, context: Context, question: Question) -> Answer:
        answer = self._plain(context, AnswerStatus.ANSWERED, Intent.BRANCH, "branch")
        says_where = Topic.WHERE in context.reading.topics and context.base("where.apply")
        if says_where or self._composer.best_score(context) >= ON_TOPIC:
            policy = self._policy(context, question, Intent.BRANCH)
            answer = policy if policy.citations else answer
        answer.ask_region = context.reading.region is None
        answer.actions = _actions(ActionKind.FIND_BRANCH)
        return answer

    def _out_of_scope(self, context: Context) -> Answer:
        answer = self._plain(
            context, AnswerStatus.OUT_OF_SCOPE, Intent.OUT_OF_SCOPE, "out-of-scope"
        )
        if context.reading.reason == "investment":
            answer.text = say("out-of-scope-investment")
        answer.actions = _actions(ActionKind.ASK_STAFF)
        return answer

    def _blocked(self, context: Context, family: str) -> Answer:
        answer = self._plain(context, AnswerStatus.BLOCKED, Intent.UNSAFE, "blocked-other")
        answer.text = say("blocked", reason=say(f"blocked-{family}"))
        return answer

    def _policy(self, context: Context, question: Question, intent: Intent) -> Answer:
        composed = [self._composer.compose(part) for part in self._parts(context)]
        draft = Draft()
        for part in composed:
            draft.extend(part.draft)
        self._drop_unsupported(draft, context)
        if not draft.refs():
            return self._no_source(context, intent, composed[0])
        self._add_notes(context, draft, ask=any(part.asks_region for part in composed))
        partial = any(part.is_partial for part in composed)
        status = AnswerStatus.PARTLY_ANSWERED if partial else AnswerStatus.ANSWERED
        answer = self._shell(context, status, intent, composed[0])
        answer.ask_region = any(part.asks_region for part in composed)
        self._resolve(draft, context, answer)
        answer.actions = _actions(
            ActionKind.CHECK_ELIGIBILITY, ActionKind.START_APPLICATION, ActionKind.FIND_BRANCH
        )
        return answer

    @staticmethod
    def _parts(context: Context) -> Sequence[Context]:
        """One context for each thing asked that has clauses of its own."""
        reading = context.reading
        asks = {ask.matter: ask for ask in reading.asks}
        topics = {topics_of(matter)[0] for matter in asks}
        if len(topics) < 2:
            return [context]
        parts: dict[Topic, Context] = {}
        for matter, ask in asks.items():
            parts.setdefault(topics_of(matter)[0], replace(context, reading=reading.alone(ask)))
        return list(parts.values())[:MOST_PARTS]

    def _drop_unsupported(self, draft: Draft, context: Context) -> None:
        said = _said_by_user(context.reading)
        for wrong in (
            broken_citations(draft.lines, context.documents),
            unsupported_figures(draft, context.documents, said),
        ):
            for line, what in wrong.items():
                log.error("answer line dropped: %s", ", ".join(what))
                draft.lines.remove(line)
        cited = set(draft.refs())
        draft.figures = [figure for figure in draft.figures if figure.ref in cited]

    @staticmethod
    def _add_notes(context: Context, draft: Draft, *, ask: bool) -> None:
        for reminder in _reminders(context.reading):
            draft.add(reminder)
        if ask:
            draft.add(say("ask-region"))

    def _no_source(self, context: Context, intent: Intent, composed: Composed) -> Answer:
        answer = self._shell(context, AnswerStatus.NO_SOURCE, intent, composed)
        region = context.reading.region
        if _asks_forecast(context.reading):
            answer.text = ""
        elif region is None:
            # A bare "要准备哪些东西" fits no clause well; its topic says what it is about.
            is_local = bool(context.reading.topics) or (
                self._composer.best_score(context) >= MIN_SCORE
            )
            answer.text = say("no-source-where" if is_local else "no-source")
        else:
            answer.text = say("no-source-region", region=divisions().get(region).name)
        answer.text = "\n".join(filter(None, [answer.text, *_reminders(context.reading)]))
        answer.ask_region = region is None
        answer.actions = _actions(
            *_HELPS_ON.get(next(iter(context.reading.topics), Topic.OTHER), ()),
            ActionKind.ASK_STAFF,
        )
        return answer

    def _resolve(self, draft: Draft, context: Context, answer: Answer) -> None:
        """Turn tokens into numbers and list the clauses they stand for."""
        views = view_citations(draft.refs(), context.documents, context.on)
        numbers = {ref: view.n for ref, view in views.items()}
        answer.text = "\n".join(
            TOKEN.sub(lambda m: f"[{numbers[f'{m[1]}#{m[2]}']}]", line) for line in draft.lines
        )
        answer.citations = list(views.values())
        answer.figures = [
            Figure(name=f.name, value=f.value, unit=f.unit, citation=numbers[f.ref])
            for f in draft.figures
        ]

    def _plain(self, context: Context, status: AnswerStatus, intent: Intent, key: str) -> Answer:
        answer = self._shell(context, status, intent, None)
        answer.text = say(key)
        return answer

    @staticmethod
    def _shell(
        context: Context, status: AnswerStatus, intent: Intent, composed: Composed | None
    ) -> Answer:
        code = context.reading.region
        return Answer(
            id=uuid.uuid4().hex,
            status=status,
            intent=intent,
            topic=composed.topic.value if composed and composed.topic else None,
            text="",
            ask_region=False,
            applicability=Applicability(
                region=divisions().full_name(code) if code else None,
                region_code=code,
                as_of=context.on,
            ),
            figures=[],
            citations=[],
            actions=[],
            elapsed_ms=0,
        )


def _actions(*kinds: ActionKind) -> list[Action]:
    return [Action(kind=kind, label=say(f"action-{kind.value}")) for kind in kinds]


def _reminders(reading: Interpretation) -> list[str]:
    """Common misunderstandings that a question shows, put right."""
    beliefs = list(reading.misbeliefs)
    if _asks_forecast(reading) and "forecast" not in beliefs:
        beliefs.append("forecast")
    return [say(f"correct-{belief}") for belief in beliefs]


def _asks_forecast(reading: Interpretation) -> bool:
    return "forecast" in reading.misbeliefs or reading.asks_about(*_FORECASTS)


def _said_by_user(reading: Interpretation) -> str:
    return " ".join([reading.text, *(e.text for e in reading.entities if e.is_earlier)])
