"""Composes the answer to one policy or eligibility question."""

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

import numpy as np

from knowledge.answering.clauses import (
    MIN_SCORE,
    clause_line,
    rank_hits,
    say_clauses,
    say_validity,
)
from knowledge.answering.conditions import say_conditions, say_groups, say_other_loans
from knowledge.answering.context import Context
from knowledge.answering.draft import Draft, resolve
from knowledge.answering.figures import say_figures
from knowledge.answering.head_counts import say_hires, say_partners
from knowledge.answering.interest import say_interest
from knowledge.answering.texts import say
from knowledge.documents import NATION, Subject, Topic
from knowledge.index.chunks import Chunk
from knowledge.kit.budget import check_budget
from knowledge.regions.divisions import divisions
from knowledge.retrieval.hybrid import ClauseRetriever, Hit, Scope
from knowledge.rules.lookalikes import is_about_lookalike
from knowledge.rules.vocabulary import Term
from knowledge.understanding.labels import Form, Matter, Role

SEARCH_DEPTH = 24
# A local clause must fit that much better before it answers a question without a place.
LOCAL_LEAD = 0.25
# From here on a clause answers though it is on another topic than the one named, or of a
# place that was not.
FITS_WELL = 1.1
# From here on what is asked about is as good as named; from 0 to 1.
CLEAR_MATTER = 0.6
LOOKALIKE_CLAUSES = 3
# Of so many other places a message is told the rules; each is a search of its own.
FOREIGN_PLACES = 3
# Topics whose answer hardly differs from place to place.
_SAME_EVERYWHERE = {
    Topic.OVERDUE,
    Topic.EXTENSION,
    Topic.HIRING,
    Topic.RESULTS,
    Topic.FUND,
    Topic.VALIDITY,
    Topic.RISK_SHARING,
}


@dataclass(frozen=True, slots=True)
class Composed:
    """A draft with what is to be said about it."""

    draft: Draft
    topic: Topic | None
    is_partial: bool
    asks_region: bool


_OVERVIEW = (Topic.AMOUNT, Topic.TERM, Topic.SUBSIDY)
# An open question for the conditions; yes_no asks whether they are met.
_OPEN_FORMS = (Form.LIST, Form.WHICH, Form.WHO, Form.HOW, Form.DEFINE)


def _asks_overview(context: Context) -> bool:
    """Whether it is asked what there is, of nothing in particular: 有啥政策."""
    asks = context.reading.asks
    return bool(asks) and all(
        ask.matter is Matter.DEFINITION
        or (ask.form is Form.DEFINE and ask.confidence < CLEAR_MATTER)
        for ask in asks
    )


def _is_settled(context: Context) -> bool:
    """Whether it is clear what is asked about."""
    return any(ask.confidence >= CLEAR_MATTER for ask in context.reading.asks)


def _mentions(words: Sequence[str]) -> Callable[[Chunk], bool]:
    return lambda chunk: any(word in chunk.clause.text for word in words) and _is_on_the_loan(chunk)


def _names(words: Sequence[str]) -> Callable[[Chunk], bool]:
    """As :func:`_mentions`, or its document's title does."""
    return lambda chunk: any(word in chunk.text for word in words)


def _is_on_the_loan(chunk: Chunk) -> bool:
    return not is_about_lookalike(chunk.clause.text)


def _other_places(context: Context) -> list[str]:
    """Places that are named beside the one asked from, and do not lie in it or around it."""
    region, own = context.reading.region, set(context.ladder)
    if region is None:
        return []
    named = (place.code for place in context.reading.places if place.role is Role.PLACE_OTHER)
    codes = (code for code in named if code is not None)
    others = (c for c in codes if c not in own and region not in divisions().ladder(c))
    return list(dict.fromkeys(others))


class PolicyComposer:
    """Direct answer first, then conditions, differences and the clauses themselves."""

    def __init__(self, retriever: ClauseRetriever) -> None:
        self._retriever = retriever

    def compose(self, context: Context) -> Composed:
        """Answer from the parameters in force and the clauses that apply."""
        reading = context.reading
        if reading.lookalikes:
            return self._compose_lookalikes(context, reading.lookalikes)
        topics = reading.topics
        if _asks_overview(context):
            return self._compose_overview(context)
        draft = Draft()
        foreign = self._say_foreign(context, topics, draft)
        worked_out = self._work_out(context, topics)
        draft.extend(worked_out)
        draft.extend(self._say_what_stands_in_the_way(context, topics))
        conditions = self._say_conditions(context)
        draft.extend(conditions)
        ranked = self._rank(context, self._search(context, self._scope(context)))
        ranked = self._near_home(context, self._on_settled_topic(context, ranked))
        if Topic.VALIDITY in topics:
            draft.extend(say_validity(context, ranked))
        local = self._has_local(context, ranked)
        settled = _is_settled(context)
        for topic in topics[: 1 if settled else 2]:
            if topic is Topic.HIRING and worked_out.lines:
                continue
            is_first = topic is topics[0]
            if is_first or not (draft.lines or self._fits(ranked, topics[0])):
                draft.extend(say_figures(context, topic, local_clauses=local))
        direct = bool(draft.lines)
        if conditions.lines:
            nearer = context.ladder[:-1]
            ranked = [pair for pair in ranked if pair[1].chunk.document.region in nearer]
        elif direct and reading.region is None:
            ranked = [pair for pair in ranked if pair[1].chunk.document.region == NATION]
        unsaid = self._say_attributes(context, draft)
        # Beside a figure, or where the thing asked about is not mentioned, others distract.
        narrow = topics[0] if topics and (direct or unsaid) else None
        say_clauses(context, ranked, draft, limit=2 if direct or unsaid else 3, topic=narrow)
        has_answer = len(draft.lines) > foreign
        is_partial = (bool(foreign) and not local) or bool(unsaid)
        if unsaid and draft.refs():
            draft.add(say("thing-unsaid", things="、".join(unsaid)))
        if foreign and not local:
            draft.add(say("no-local-rule", region=context.region_name))
        return Composed(
            draft=draft,
            topic=topics[0] if topics else None,
            is_partial=is_partial or not has_answer,
            asks_region=self._asks_region(context, draft),
        )

    def _compose_lookalikes(self, context: Context, lookalikes: Sequence[Term]) -> Composed:
        """Only clauses on the loan that was named, and that it is another one."""
        draft = Draft()
        for lookalike in lookalikes:
            hits = self._search(context, self._scope(context), keep=_names(lookalike.written))
            for hit in hits[:LOOKALIKE_CLAUSES]:
                draft.add(clause_line(hit, past=context.reading.period is not None))
        if draft.lines:
            names = "、".join(lookalike.name for lookalike in lookalikes)
            draft.add(say("lookalike", names=names))
        return Composed(draft, topic=None, is_partial=False, asks_region=False)

    def _compose_overview(self, context: Context) -> Composed:
        """What one asks first: how much, for how long, and what is paid of the interest."""
        draft = Draft()
        for topic in _OVERVIEW:
            draft.extend(say_figures(context, topic, local_clauses=True))
        asks_region = self._asks_region(context, draft)
        return Composed(draft, topic=None, is_partial=False, asks_region=asks_region)

    def _say_attributes(self, context: Context, draft: Draft) -> list[str]:
        """Add a clause for each thing named that no cited clause mentions; name the others."""
        unsaid = []
        for thing in context.reading.things:
            cited = [resolve(ref, context.documents) for ref in draft.refs()]
            if any(e and thing.is_written_in(e.clause.text) for e in cited):
                continue
            hits = self._search(context, self._scope(context), keep=_mentions(thing.written))
            if context.reading.region is None:
                hits = [hit for hit in hits if hit.chunk.document.region == NATION]
            ranked = self._rank(context, hits)
            if ranked and ranked[0][0] >= MIN_SCORE:
                draft.add(clause_line(ranked[0][1], past=context.reading.period is not None))
            else:
                unsaid.append(thing.name)
        return unsaid

    def find(
        self, context: Context, limit: int, always: Set[str] = frozenset()
    ) -> list[tuple[float, Hit]]:
        """Clauses that fit the question where it is asked, old ones included, best first.

        Those whose references are in ``always`` are there, however many fit better.
        """
        scope = Scope(self._scope(context).regions, context.on, past=True, coming=True)
        hits = self._search(context, scope, keep=lambda chunk: True)
        found = self._rank(context, hits)[:limit]
        missing = always - {hit.chunk.id for _, hit in found}
        if missing:
            more = self._search(context, scope, keep=lambda chunk: chunk.id in missing)
            found += self._rank(context, more)
        return found

    def best_score(self, context: Context) -> float:
        """How well the best clause anywhere fits the question, regardless of place and time."""
        everywhere = Scope(regions=None, on=context.on, past=True, coming=True)
        reading = context.reading
        hits = self._find(reading.text, reading.vector, everywhere, _is_on_the_loan)
        ranked = self._rank(context, hits)
        return ranked[0][0] if ranked else 0.0

    @staticmethod
    def _work_out(context: Context, topics: Sequence[Topic]) -> Draft:
        draft = Draft()
        if Topic.HIRING in topics:
            draft.extend(say_hires(context))
        draft.extend(say_interest(context))
        if Topic.AMOUNT in topics:
            draft.extend(say_partners(context))
        return draft

    @staticmethod
    def _say_what_stands_in_the_way(context: Context, topics: Sequence[Topic]) -> Draft:
        """Whether the loans and the groups that are named do."""
        draft = Draft()
        if Topic.OTHER_LOANS in topics:
            draft.extend(say_other_loans(context))
        if Topic.ELIGIBILITY in topics[:1]:
            draft.extend(say_groups(context))
        return draft

    @staticmethod
    def _say_conditions(context: Context) -> Draft:
        """What an open question for the conditions is told."""
        reading = context.reading
        is_open = any(
            ask.matter is Matter.ELIGIBILITY and ask.form in _OPEN_FORMS for ask in reading.asks[:1]
        )
        if not is_open:
            return Draft()
        if context.subject is Subject.ENTERPRISE:
            return say_figures(context, Topic.HIRING, local_clauses=True)
        return say_conditions(context)

    def _scope(self, context: Context) -> Scope:
        regions = context.ladder if context.reading.region else None
        period, asks_before = context.reading.period, context.reading.asks_before
        return Scope(
            regions=regions,
            on=context.on,
            past=period is not None or asks_before,
            since=period.first if period and not asks_before else None,
        )

    def _search(
        self, context: Context, scope: Scope, keep: Callable[[Chunk], bool] = _is_on_the_loan
    ) -> list[Hit]:
        return self._find(context.query, context.reading.vector, scope, keep)

    def _find(
        self, text: str, vector: np.ndarray | None, scope: Scope, keep: Callable[[Chunk], bool]
    ) -> list[Hit]:
        check_budget()
        values = None if vector is None else vector.tolist()
        return self._retriever.find(text, values, scope, top_k=SEARCH_DEPTH, keep=keep)

    @staticmethod
    def _rank(context: Context, hits: Sequence[Hit]) -> list[tuple[float, Hit]]:
        return rank_hits(hits, context)

    @staticmethod
    def _on_settled_topic(
        context: Context, ranked: list[tuple[float, Hit]]
    ) -> list[tuple[float, Hit]]:
        """Where the topic is clear, clauses on it; others only if they fit well."""
        if not _is_settled(context):
            return ranked
        settled = context.reading.topics
        return [
            (score, hit)
            for score, hit in ranked
            if score >= FITS_WELL or any(topic in hit.chunk.clause.topics for topic in settled)
        ]

    @staticmethod
    def _near_home(context: Context, ranked: list[tuple[float, Hit]]) -> list[tuple[float, Hit]]:
        """Where no place is known, national clauses.

        A local one in force only on what hardly differs: a question for the counter is not
        answered with the address of any.
        """
        if context.reading.region is not None:
            return ranked
        national = [pair for pair in ranked if pair[1].chunk.document.region == NATION]
        best = max((score for score, _ in ranked), default=0.0)
        best_national = max((score for score, _ in national), default=0.0)
        if best_national >= max(MIN_SCORE, best - LOCAL_LEAD):
            return national
        is_alike = bool(_SAME_EVERYWHERE.intersection(context.reading.topics[:1]))
        return [
            (score, hit)
            for score, hit in ranked
            if hit.chunk.document.region == NATION or (hit.in_force and is_alike)
        ]

    @staticmethod
    def _fits(ranked: Sequence[tuple[float, Hit]], topic: Topic) -> bool:
        """Whether the best clause is on the topic, so that it answers without figures."""
        return any(
            score >= MIN_SCORE and topic in hit.chunk.clause.topics for score, hit in ranked[:1]
        )

    def _say_foreign(self, context: Context, topics: Sequence[Topic], draft: Draft) -> int:
        """Say what another place named in the question lays down, and that it holds there."""
        lines = 0
        for code in _other_places(context)[:FOREIGN_PLACES]:
            scope = Scope(regions=divisions().ladder(code)[:-1], on=context.on)
            ranked = self._rank(context, self._search(context, scope))
            if ranked and ranked[0][0] >= MIN_SCORE:
                draft.add(clause_line(ranked[0][1], past=False))
                lines += 1
            name = divisions().get(code).name
            draft.add(say("foreign-rule", place=name, region=context.region_name))
            lines += 1
        return lines

    @staticmethod
    def _has_local(context: Context, ranked: Sequence[tuple[float, Hit]]) -> bool:
        return any(
            score >= MIN_SCORE and hit.chunk.document.region in context.ladder[:-1]
            for score, hit in ranked
        )

    @staticmethod
    def _asks_region(context: Context, draft: Draft) -> bool:
        reading = context.reading
        if reading.region or reading.period or (reading.goes_on and context.facts.partners):
            return False
        topics = reading.topics
        if topics and topics[0] in _SAME_EVERYWHERE:
            return False
        return any(ref.partition("#")[0] for ref in draft.refs()) or not draft.lines
