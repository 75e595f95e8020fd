"""Makes more of the labelled messages: the same sentence with other places, numbers and trades.

A stretch is exchanged for one of the same role from another message, so that a role is learnt
from the words around it and not from 20万 itself.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from knowledge.understanding.labels import Act, Role
from knowledge.understanding.training.dataset import LabelledMessage, Span

EXCHANGED = 0.7
# Of messages that stand alone, the share that is also shown after what another person said.
AFTER_OTHERS = 0.4


def varied(messages: Sequence[LabelledMessage], seed: int) -> list[LabelledMessage]:
    """One variant of each message that has marked stretches."""
    dice = random.Random(seed)
    pool: defaultdict[Role, list[str]] = defaultdict(list)
    for message in messages:
        for span in message.spans:
            pool[span.role].append(message.text[span.start : span.end])
    return [_variant(message, pool, dice) for message in messages if message.spans]


def after_others(messages: Sequence[LabelledMessage], seed: int) -> list[LabelledMessage]:
    """Messages that stand alone, behind something else: they mean what they meant.

    So going on from what was said before is learnt, and not that something was said.
    """
    dice = random.Random(seed)
    alone = [m for m in messages if not m.before and m.act is not Act.TELL]
    said = [m.text for m in messages if not m.before and m.asks]
    chosen = dice.sample(alone, int(AFTER_OTHERS * len(alone)))
    return [replace(m, before=(dice.choice(said),), goes_on=False) for m in chosen]


def _variant(
    message: LabelledMessage, pool: dict[Role, list[str]], dice: random.Random
) -> LabelledMessage:
    text, spans, at = "", [], 0
    for span in sorted(message.spans, key=lambda one: one.start):
        text += message.text[at : span.start]
        own = message.text[span.start : span.end]
        words = dice.choice(pool[span.role]) if dice.random() < EXCHANGED else own
        spans.append(Span(len(text), len(text) + len(words), span.role))
        text += words
        at = span.end
    return replace(message, text=text + message.text[at:], spans=tuple(spans))
