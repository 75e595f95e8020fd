"""Answers questions: read, decide what is wanted, compose, check, resolve citations."""

import logging
import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from knowledge.answering.check import broken_citations, unsupported_figures
from knowledge.answering.citations import view_citations
from knowledge.answering.clauses import MIN_SCORE
from knowledge.answering.context import Context, regions_of
from knowledge.answering.draft import TOKEN, Draft
from knowledge.answering.faq import FaqBook, FaqEntry
from knowledge.answering.guard import refused_family
from knowledge.answering.models import (
    Action,
    ActionKind,
    Answer,
    AnswerStatus,
    Applicability,
    Figure,
    Intent,
    Question,
)
from knowledge.answering.policy import Composed, PolicyComposer
from knowledge.answering.telling import follows_a_question, only_tells
from knowledge.answering.texts import say
from knowledge.answering.triage import decide, policy_margin
from knowledge.documents import PolicyDocument, Topic
from knowledge.kit.budget import check_budget
from knowledge.kit.privacy import mask_personal_data
from knowledge.kit.texts import latest
from knowledge.regions.divisions import divisions
from knowledge.retrieval.hybrid import Hit
from knowledge.rules.parameters import Parameters
from knowledge.understanding.normaliser import normalise, to_traditional
from knowledge.understanding.places import bare_place, resolve_region
from knowledge.understanding.reader import (
    QuestionReader,
    Reading,
    split_at_and,
    split_at_pauses,
    split_questions,
)

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
_INVESTMENT = re.compile(r"比特币|炒股|股票|基金|期货|币|彩票|理财|投资")
_FORECAST = re.compile(
    r"能不能批|批不批|会批|保证批|包过|什么时候批|啥时候批|名额"
    r"|[能会]通过吗|能不能通过|[能会]通过审[核批]吗|批得下来|能批下来"
)
_INTEREST_FREE = re.compile(r"免息|无息|没有?利息|不要利息|零利息|0利息")
_FORGIVEN = re.compile(r"代偿|替还|不用还|替我还|帮还")


class PolicyAssistant:
    """The whole way from a question to a checked answer; thread-safe.

    ``live`` names the documents that may be used now (None: all); ``today`` tells the
    day in China. ``embeddings`` may come later, see :meth:`use_embeddings`.
    """

    def __init__(
        self,
        documents: Mapping[str, PolicyDocument],
        parameters: Parameters,
        composer: PolicyComposer,
        reader: QuestionReader,
        *,
        today: Callable[[], date],
        live: Callable[[], Set[str] | None] = lambda: None,
    ) -> None:
        self._documents, self._parameters = documents, parameters
        self._composer, self._reader = composer, reader
        self.today, self._live = today, live
        self._embeddings: Embeddings | None = None
        self._faq = FaqBook()

    def use_embeddings(self, embeddings: "Embeddings", reader: QuestionReader) -> None:
        """From now on read and search with sentence vectors too."""
        self._embeddings, self._reader = embeddings, reader

    def use_faq(self, entries: Sequence[FaqEntry]) -> None:
        """From now on answers that staff approved come first."""
        self._faq = FaqBook(entries, self._read_alone)

    def has_approved(self, text: str, region: str | None) -> bool:
        """Whether a masked question gets an answer that staff approved; ``region`` is a code."""
        if not self._faq.resembles(text):
            return False
        question = Question(question=text)
        context = self._context(normalise(text).text, question, region, self.live_documents())
        return self._faq.find(context.reading, context.documents) is not None

    def _read_alone(self, text: str) -> Reading:
        return self._reader.read(
            text, earlier=[], region=None, today=self.today(), embed=self.embed
        )

    def answer(self, question: Question) -> Answer:
        """Answer one message.

        Raises:
            UnknownRegionError: ``region`` names no division of China.
        """
        started = time.perf_counter()
        region = resolve_region(question.region) if question.region else None
        masked = mask_personal_data(question.question)
        normal = normalise(masked)
        documents = self.live_documents()
        context = self._context(normal.text, question, region, documents)
        answer = self._decide(context, question)
        if normal.is_traditional:
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
        homes = regions_of(documents)
        reading = self._reader.read(
            text, earlier=earlier, region=region, today=today, homes=homes, embed=self.embed
        )
        return Context(reading, today, self._parameters, documents)

    def read(self, question: Question) -> tuple[Reading, date]:
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
        text = normalise(mask_personal_data(question.question)).text
        return self._context(text, question, region, self.live_documents())

    def guess_topics(self, text: str, *, at_least: float) -> list[Topic]:
        """What a clause nobody labelled is about, surest first."""
        return self._reader.topics_of(normalise(text).text, self.embed(text), at_least=at_least)

    def margin(self, text: str) -> float:
        """What speaks for a question being on the policy, see :mod:`.triage`."""
        question = Question(question=text)
        context = self._context(normalise(text).text, question, None, self.live_documents())
        fit = self._composer.best_score(context)
        return policy_margin(context.reading, fit)

    def embed(self, text: str) -> np.ndarray | None:
        """The sentence vector of a question, once vectors are in use."""
        check_budget()
        if self._embeddings is None or not text:
            return None
        return np.asarray(self._embeddings.embed_query(text), np.float32)

    def _decide(self, context: Context, question: Question) -> Answer:
        text = context.reading.text
        if not re.search(r"\w", text):
            return self._plain(context, AnswerStatus.ANSWERED, Intent.SMALLTALK, "empty")
        if family := refused_family(text):
            return self._blocked(context, family)
        if entry := self._faq.find(context.reading, context.documents):
            return self._approved(context, entry)
        if bare_place(text) and not follows_a_question(context.reading):
            return self._invite(context)
        intent = decide(context.reading, lambda: self._composer.best_score(context))
        if intent is Intent.UNSAFE:
            return self._blocked(context, "other")
        if intent is Intent.OUT_OF_SCOPE:
            return self._out_of_scope(context)
        if intent in (Intent.SMALLTALK, Intent.APPLY, Intent.STATUS, Intent.HANDOFF):
            return self._conversational(context, intent)
        if intent is Intent.BRANCH:
            return self._branch(context, question)
        if only_tells(context.reading) and not follows_a_question(context.reading):
            return self._invite(context)
        return self._policy(context, question, intent)

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
        if intent is Intent.SMALLTALK and re.search(r"谢|感谢|再见|拜拜", context.reading.text):
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
        if _INVESTMENT.search(context.reading.text):
            answer.text = say("out-of-scope-investment")
        answer.actions = _actions(ActionKind.ASK_STAFF)
        return answer

    def _blocked(self, context: Context, family: str) -> Answer:
        answer = self._plain(context, AnswerStatus.BLOCKED, Intent.UNSAFE, "blocked-other")
        answer.text = say("blocked", reason=say(f"blocked-{family}"))
        return answer

    def _policy(self, context: Context, question: Question, intent: Intent) -> Answer:
        composed = [self._composer.compose(part) for part in self._parts(context, question)]
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

    def _parts(self, context: Context, question: Question) -> Sequence[Context]:
        """One context per question of the message; they share region and earlier words."""
        texts = split_questions(context.reading.text)
        if len(texts) > 1:
            return [self._part(context, text) for text in texts]
        texts = split_at_pauses(context.reading.text)
        if len(texts) == 1:
            texts = split_at_and(context.reading.text)
        if len(texts) == 1:
            return [context]
        parts = [self._part(context, text) for text in texts]
        first_topics = {topic for part in parts for topic in part.reading.topics[:1]}
        return parts if len(first_topics) == len(parts) else [context]

    def _part(self, context: Context, text: str) -> Context:
        reading = self._reader.read(
            text,
            earlier=[],
            region=context.reading.region,
            today=context.today,
            homes=context.homes,
            embed=self.embed,
        )
        return replace(context, reading=reading)

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
        for reminder in _reminders(context.reading.text):
            draft.add(reminder)
        if _FORECAST.search(context.reading.text):
            draft.add(say("no-forecast"))
        if ask:
            draft.add(say("ask-region"))

    def _no_source(self, context: Context, intent: Intent, composed: Composed) -> Answer:
        answer = self._shell(context, AnswerStatus.NO_SOURCE, intent, composed)
        region = context.reading.region
        if _FORECAST.search(context.reading.text):
            answer.text = say("no-forecast")
        elif region is None:
            # A bare "要准备哪些东西" fits no clause well; its topic says what it is about.
            is_local = bool(context.reading.topics) or (
                self._composer.best_score(context) >= MIN_SCORE
            )
            answer.text = say("no-source-where" if is_local else "no-source")
        else:
            answer.text = say("no-source-region", region=divisions().get(region).name)
        answer.text = "\n".join([answer.text, *_reminders(context.reading.text)])
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


def _reminders(text: str) -> list[str]:
    """Common misunderstandings that a question shows, put right."""
    reminders = []
    if _INTEREST_FREE.search(text):
        reminders.append(say("correct-interest-free"))
    if _FORGIVEN.search(text):
        reminders.append(say("correct-not-forgiven"))
    return reminders


def _said_by_user(reading: Reading) -> str:
    return " ".join([reading.text, reading.follows.text if reading.follows else ""])
