"""Decides what a message wants: learnt guesses and how well the corpus fits, weighed.

The figures were set on ``knowledge/evaluation/calibration.yaml``, questions that take no
part in the training; ``chuangdai calibrate`` prints the curve.
"""

import re
from collections.abc import Callable

from knowledge.answering.models import Intent
from knowledge.understanding.reader import Reading

FIT_WEIGHT = 0.3
USUAL_FIT = 0.6
NAMED = 0.3
SETTLED = 0.15
REFUSE_BELOW = 0.08
# What a wrong guess costs differs: greeting back or refusing loses the question, while
# offering the form or the branches leaves it open.
SURE = {
    Intent.SMALLTALK: 0.45,
    Intent.UNSAFE: 0.45,
    Intent.APPLY: 0.35,
    Intent.STATUS: 0.35,
    Intent.HANDOFF: 0.35,
    Intent.BRANCH: 0.35,
}

_NAMES_THE_LOAN = re.compile(r"创业?担保?贷|创业.{0,4}贷|贴息贷|担保贷款|小额贷")


def names_the_loan(text: str) -> bool:
    """Whether a text speaks of the loan by name."""
    return bool(_NAMES_THE_LOAN.search(text))


def policy_margin(reading: Reading, fit: float) -> float:
    """How much speaks for a question on the policy; below ``REFUSE_BELOW`` it is refused.

    Args:
        reading: the question as understood.
        fit: score of the best clause anywhere, from 0 to about 2.
    """
    guess = reading.intent
    named = NAMED if names_the_loan(reading.text) else 0.0
    settled = SETTLED if reading.settled_topics else 0.0
    for_policy = max(guess.of(Intent.POLICY), guess.of(Intent.ELIGIBILITY))
    fitting = FIT_WEIGHT * (fit - USUAL_FIT)
    return for_policy - guess.of(Intent.OUT_OF_SCOPE) + fitting + named + settled


def decide(reading: Reading, fit: Callable[[], float]) -> Intent:
    """The intent to act on; ``fit`` is asked only where it can change the outcome."""
    guess = reading.intent
    policy = max((Intent.POLICY, Intent.ELIGIBILITY), key=guess.of)
    aside = max(SURE, key=guess.of)
    if guess.of(aside) >= SURE[aside] and guess.of(aside) > guess.of(policy):
        return aside
    if policy_margin(reading, 0.0) >= REFUSE_BELOW:
        return policy
    return policy if policy_margin(reading, fit()) >= REFUSE_BELOW else Intent.OUT_OF_SCOPE
