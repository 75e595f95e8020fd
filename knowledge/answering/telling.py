"""Tells a message that asks from one that only tells something: 想开个面馆, 我在嘉祥."""

from knowledge.answering.models import Intent
from knowledge.answering.policy import CLEAR_TOPIC
from knowledge.answering.triage import names_the_loan
from knowledge.documents import Topic
from knowledge.rules.vocabulary import find_terms
from knowledge.understanding.reader import SURE_INTENT, Reading, asks_something

# 创业担保贷款政策 asks nothing yet; what is longer says more than the name.
BARE_NAME_LENGTH = 8


def only_tells(reading: Reading) -> bool:
    """Whether a message asks nothing that could be answered."""
    names_only_the_loan = len(reading.text) <= BARE_NAME_LENGTH
    if asks_something(reading.text) or (names_the_loan(reading.text) and not names_only_the_loan):
        return False
    topic = reading.guesses["topic"]
    is_on_policy = reading.intent.of(Intent.POLICY) >= SURE_INTENT
    is_named = (topic.confidence >= CLEAR_TOPIC or is_on_policy) and topic.best != Topic.OTHER
    is_vague = not (is_named or reading.settled_topics)
    return is_vague and not find_terms("groups", reading.text)


def follows_a_question(reading: Reading) -> bool:
    """Whether the message goes on from one that asked something."""
    before = reading.follows
    return before is not None and not only_tells(before)
