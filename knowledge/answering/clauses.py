"""Sentences that quote what clauses lay down, with where they stand."""

import re
from collections.abc import Sequence

from knowledge.answering.context import Context, fits
from knowledge.answering.draft import Draft, cite
from knowledge.answering.texts import say
from knowledge.documents import DocumentKind, PolicyDocument, Topic
from knowledge.retrieval.hybrid import Hit
from knowledge.understanding.labels import Form

# Calibrated on the dev questions and off-topic questions: see knowledge.evaluation.
MIN_SCORE = 0.62
_YEARS_IN_FORCE = re.compile(r"有效期为?(\d+年)")
NEAR_BEST = 0.72
TOPIC_BONUS = 0.18
OFF_TOPIC_PENALTY = 0.12
OWN_REGION_BONUS = 0.15
_WANT_NUMBERS = (Form.HOW_MUCH, Form.COMPUTE)


def rank_hits(hits: Sequence[Hit], context: Context) -> list[tuple[float, Hit]]:
    """Hits with their scores adjusted by what is asked for, those from its own place first.

    The place weighs in the order only: a clause does not fit better for being local.
    """
    reading = context.reading
    own = {reading.region, *(code for place in reading.places for code in place.mention.codes)}
    topics = reading.topics
    wants_number = any(ask.form in _WANT_NUMBERS for ask in reading.asks)
    ranked = []
    for hit in hits:
        clause, score = hit.chunk.clause, hit.score
        if topics:
            on_topic = any(topic in clause.topics for topic in topics)
            score += TOPIC_BONUS if on_topic else -OFF_TOPIC_PENALTY
        if wants_number and not re.search(r"\d", clause.text):
            score -= OFF_TOPIC_PENALTY
        if not fits(clause, context.subject):
            score -= OFF_TOPIC_PENALTY
        ranked.append((score, hit))
    return sorted(
        ranked,
        key=lambda pair: -pair[0] - OWN_REGION_BONUS * (pair[1].chunk.document.region in own),
    )


def say_clauses(
    context: Context,
    ranked: Sequence[tuple[float, Hit]],
    draft: Draft,
    *,
    limit: int,
    topic: Topic | None = None,
) -> None:
    """Add the best clauses not yet cited, as long as they are close to the best.

    With a ``topic`` only clauses on it count: beside a direct answer others distract.
    """
    best = max((score for score, _ in ranked), default=0.0)
    said = 0
    for score, hit in ranked:
        if said >= limit:
            return
        if score < max(MIN_SCORE, NEAR_BEST * best):
            continue
        if topic is not None and topic not in hit.chunk.clause.topics:
            continue
        if not fits(hit.chunk.clause, context.subject):
            continue
        if hit.chunk.id in draft.refs() or is_overtaken(context, hit):
            continue
        draft.add(clause_line(hit, past=context.reading.period is not None))
        said += 1


def say_validity(context: Context, ranked: Sequence[tuple[float, Hit]]) -> Draft:
    """From when until when the best fitting document holds, as its dates are known."""
    draft = Draft()
    for score, hit in ranked[:1]:
        document = hit.chunk.document
        starts, ends = document.effective_from, document.effective_to
        if score < MIN_SCORE or not (starts or ends):
            continue
        if starts and ends:
            span = say("span-from-until-day", start=starts.spoken(), end=ends.spoken())
        else:
            span = say("span-from", day=starts.spoken()) if starts else ""
        for day in (starts, ends):
            draft.allow_in(day.spoken() if day else "")
        if span and (years := _YEARS_IN_FORCE.search(hit.chunk.clause.text)):
            span += say("span-years", years=years[1])
        if span:
            origin = origin_of(document)
            draft.add(say("validity", origin=origin, span=span, cite=cite(hit.chunk.id)))
    return draft


def is_overtaken(context: Context, hit: Hit) -> bool:
    """Whether a newer figure in force on the same topic has overtaken what a clause says.

    Old national documents were seldom repealed in words; a figure of theirs must not
    stand beside the one that replaced it.
    """
    document, clause = hit.chunk.document, hit.chunk.clause
    if document.starts is None or not re.search(r"\d", clause.text):
        return False
    for parameter in context.parameters:
        if parameter.topic not in clause.topics or not fits(parameter, clause.subject):
            continue
        for value in context.in_force(parameter.name, document.region):
            cited = context.documents[value.clause.partition("#")[0]]
            newer = value.starts is not None and value.starts.first > document.starts.first
            if newer and cited.id != document.id and value.confirmed:
                return True
    return False


def clause_line(hit: Hit, *, past: bool) -> str:
    """One clause as a line: origin, text, citation, and a warning where it needs one."""
    document = hit.chunk.document
    if document.kind is DocumentKind.DRAFT:
        key = "clause-draft"
    elif hit.is_untouched and not past:
        key = "clause-untouched"
    elif hit.in_force is False or (hit.in_force is None and past):
        key = "clause-ended" if hit.in_force is False else "clause-say"
    else:
        key = "clause-say" if hit.in_force else "clause-unconfirmed"
    text = hit.chunk.clause.text.rstrip()
    year = f"{document.starts.first.year}年" if document.starts else ""
    return say(key, origin=origin_of(document), text=text, cite=cite(hit.chunk.id), year=year)


def origin_of(document: PolicyDocument) -> str:
    """The document's title in book marks, with its number where it has one."""
    title = document.title if document.title.startswith("《") else f"《{document.title}》"
    return f"{title}（{document.number}）" if document.number else title
