"""Puts clauses found into the order in which they answer what is asked."""

from collections.abc import Sequence

from knowledge.answering.context import Context, fits, is_for_others
from knowledge.documents import Clause
from knowledge.retrieval.hybrid import Hit
from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Form

# From here on a clause answers. Calibrated on the dev questions and off-topic ones: see
# knowledge.evaluation.
MIN_SCORE = 0.62
# What a clause gains that answers the matter asked, and of that where it is not the first it
# answers. Measured on 1,500 questions with their clauses: flat from .15 to .3; a bonus for the
# coarser topic cost three questions in a hundred.
MATTER_BONUS = 0.25
FURTHER_MATTER = 0.8
OFF_PENALTY = 0.12
OWN_REGION_BONUS = 0.15
# What a clause of a rule laid down for other people than the asker loses.
FOR_OTHERS_PENALTY = 0.3
# So much lifts a clause that a second reader took above those that are about as good.
CHOSEN_BONUS = 0.4
_WANT_NUMBERS = (Form.HOW_MUCH, Form.COMPUTE)


def rank_hits(hits: Sequence[Hit], context: Context) -> list[tuple[float, Hit]]:
    """Hits with their scores adjusted by what is asked for, those from its own place first.

    The place weighs in the order only: a clause does not fit better for being local.
    """
    reading = context.reading
    own = {reading.region, *(code for place in reading.places for code in place.mention.codes)}
    wants_number = any(ask.form in _WANT_NUMBERS for ask in reading.asks)
    ranked = []
    for hit in hits:
        clause = hit.chunk.clause
        score = hit.score + MATTER_BONUS * agreement(clause, reading)
        if wants_number and not any(letter.isdigit() for letter in clause.text):
            score -= OFF_PENALTY
        if not fits(clause, context.subject):
            score -= OFF_PENALTY
        if is_for_others(hit.chunk.document, reading):
            score -= FOR_OTHERS_PENALTY
        if hit.chunk.id in context.chosen:
            score += CHOSEN_BONUS
        ranked.append((score, hit))
    return sorted(
        ranked,
        key=lambda pair: -pair[0] - OWN_REGION_BONUS * (pair[1].chunk.document.region in own),
    )


def agreement(clause: Clause, reading: Interpretation) -> float:
    """How likely it is, from 0 to 1, that the clause answers what is asked."""
    likely = reading.matters
    shares = (
        likely.get(matter, 0.0) * (1.0 if place == 0 else FURTHER_MATTER)
        for place, matter in enumerate(clause.matters)
    )
    return max(shares, default=0.0)
