"""Which answerers a matter has, and in what order they are tried."""

from collections import defaultdict
from collections.abc import Callable
from functools import wraps

from knowledge.answering.points import Part, Point
from knowledge.documents import Matter

Answerer = Callable[[Part], Point | None]
"""Answers one thing asked; None where it has nothing to say on it."""

_ANSWERERS: defaultdict[Matter, list[Answerer]] = defaultdict(list)


def answers_on(*matters: Matter, of_today: bool = False) -> Callable[[Answerer], Answerer]:
    """Registers an answerer for matters; tried in the order of registration.

    One ``of_today`` says what holds now, so it is silent where it is asked of the past.
    """

    def register(answerer: Answerer) -> Answerer:
        registered = _of_today(answerer) if of_today else answerer
        for matter in matters:
            _ANSWERERS[matter].append(registered)
        return registered

    return register


def _of_today(answerer: Answerer) -> Answerer:
    @wraps(answerer)
    def answer(part: Part) -> Point | None:
        return None if part.context.asks_of_the_past else answerer(part)

    return answer


def answerers_on(matter: Matter) -> list[Answerer]:
    """Those who are tried for a matter."""
    return _ANSWERERS[matter]
