"""How likely the best clause found answers the question, from how it stands among the others.

A score alone says little: where many clauses are about equally good, none of them may be meant.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.answering.context import Context
from knowledge.answering.finding import Ranked
from knowledge.documents import NATION
from knowledge.kit.yaml import read_yaml
from knowledge.retrieval.hybrid import Hit


@dataclass(frozen=True, slots=True)
class Signs:
    """What tells it: the best clause's nearness in meaning, and its lead in score before the next.

    The score itself is left out: a short question's words are soon all in some clause.
    ``general``: of a law on all loans; ``foreign``: of a place, where none is known.
    """

    nearness: float
    lead: float
    general: float
    foreign: float

    @classmethod
    def of(cls, context: Context, ranked: Ranked) -> "Signs":
        """Those of the first of ``ranked``, of which there is one at least."""
        (score, hit), *others = ranked
        document = hit.chunk.document
        is_foreign = context.reading.region is None and document.region != NATION
        return cls(
            nearness=hit.cosine or 0.0,
            lead=score - (others[0][0] if others else 0.0),
            general=float(document.is_general),
            foreign=float(is_foreign),
        )


SIGNS = tuple(Signs.__dataclass_fields__)


def chance(context: Context, ranked: Ranked) -> float:
    """How likely the first clause answers, from 0 to 1; 0 where there is none.

    One that a second reader took is held to answer.
    """
    if ranked and ranked[0][1].chunk.id in context.chosen:
        return 1.0
    return chance_by(_weights(), Signs.of(context, ranked)) if ranked else 0.0


def chance_by(weights: Mapping[str, float], signs: Signs) -> float:
    """How likely a clause with these signs answers, by these weights."""
    total = weights["shift"] + sum(weights[name] * getattr(signs, name) for name in SIGNS)
    return 1 / (1 + math.exp(-total))


def best_sure(context: Context, ranked: Ranked, least: float) -> Hit | None:
    """The first clause where it answers at least so likely."""
    return ranked[0][1] if chance(context, ranked) >= least else None


@cache
def _weights() -> dict[str, float]:
    text = files("knowledge.answering").joinpath("chance.yaml").read_text("utf-8")
    return {name: float(weight) for name, weight in read_yaml(text).items()}
