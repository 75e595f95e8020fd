"""Sentences that say what clauses lay down, and what stands behind them."""

import re
from collections.abc import Sequence

from knowledge.answering.context import Context, fits
from knowledge.answering.draft import Draft, Standing, cite
from knowledge.answering.texts import say
from knowledge.documents import DocumentKind, PolicyDocument
from knowledge.retrieval.hybrid import Hit

# Calibrated on the dev questions and off-topic questions: see knowledge.evaluation.
MIN_SCORE = 0.62
_YEARS_IN_FORCE = re.compile(r"有效期为?(\d+年)")


def say_clause(draft: Draft, hit: Hit, *, past: bool) -> None:
    """Add what a clause says, and remember where its document stands today."""
    draft.add(f"{hit.chunk.clause.text.rstrip()}{cite(hit.chunk.id)}")
    if standing := _standing(hit, past=past):
        draft.standings[hit.chunk.id] = standing


def _standing(hit: Hit, *, past: bool) -> Standing | None:
    """What must be said beside a clause that is no rule in force; None where it is one."""
    if hit.chunk.document.kind is DocumentKind.DRAFT:
        return Standing.DRAFT
    if hit.is_untouched and not past:
        return Standing.UNTOUCHED
    if hit.in_force is False:
        return Standing.ENDED
    return Standing.UNCONFIRMED if hit.in_force is None and not past else None


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


def origin_of(document: PolicyDocument) -> str:
    """The document's title in book marks, with its number where it has one."""
    title = document.title if document.title.startswith("《") else f"《{document.title}》"
    return f"{title}（{document.number}）" if document.number else title
