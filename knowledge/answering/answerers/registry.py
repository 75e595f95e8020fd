"""Which answerers a matter has, and in what order they are tried."""

from collections import defaultdict
from collections.abc import Callable

from knowledge.answering.points import Part, Point
from knowledge.documents import Matter

Answerer = Callable[[Part], Point | None]
"""Answers one thing asked; None where it has nothing to say on it."""

_ANSWERERS: defaultdict[Matter, list[Answerer]] = defaultdict(list)


def answers_on(*matters: Matter) -> Callable[[Answerer], Answerer]:
    """Registers an answerer for matters; tried in the order of registration."""

    def register(answerer: Answerer) -> Answerer:
        for matter in matters:
            _ANSWERERS[matter].append(answerer)
        return answerer

    return register


def answerers_on(matter: Matter) -> list[Answerer]:
    """Those who are tried for a matter."""
    return _ANSWERERS[matter]
