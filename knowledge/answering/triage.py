"""Decides what a message gets, by what its reading says it does."""

from knowledge.answering.models import Intent
from knowledge.documents import Topic
from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Act

_INTENTS = {
    Act.APPLY: Intent.APPLY,
    Act.STATUS: Intent.STATUS,
    Act.BRANCH: Intent.BRANCH,
    Act.PERSON: Intent.HANDOFF,
    Act.COMPLAIN: Intent.HANDOFF,
    Act.SMALLTALK: Intent.SMALLTALK,
    Act.WRONGDOING: Intent.UNSAFE,
    Act.OTHER_MATTER: Intent.OUT_OF_SCOPE,
}


def decide(reading: Interpretation) -> Intent:
    """The intent to act on; what asks or tells something, or names a look-alike, is on policy."""
    is_refused = _INTENTS.get(reading.act) is Intent.OUT_OF_SCOPE
    if reading.act in _INTENTS and not (is_refused and reading.lookalikes):
        return _INTENTS[reading.act]
    on_conditions = Topic.ELIGIBILITY in reading.topics[:1]
    return Intent.ELIGIBILITY if on_conditions else Intent.POLICY


def only_tells(reading: Interpretation) -> bool:
    """Whether a message asks nothing that could be answered."""
    return reading.act is Act.TELL and not reading.asks
