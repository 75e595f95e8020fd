"""How alike questions are worded: to find approved answers, and to group what is asked."""

import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from knowledge.kit.budget import check_budget
from knowledge.kit.texts import shorten
from knowledge.understanding.lexicon.ngrams import ngrams
from knowledge.understanding.normaliser import normalise
from knowledge.understanding.places import find_places

# Cosine of character n-grams, places taken out. Words alone cannot tell 个人最多能贷多少
# from 企业最多能贷多少 (.72), so what is asked about must be the same as well.
ALIKE = 0.6
# From here on only particles differ (…吗, …呢).
NEARLY_THE_SAME = 0.85
LONGEST_COMPARED = 128  # characters; of a longer question beginning and end


def wording(question: str) -> dict[str, float]:
    """Character n-grams of a question without its places; a vector of length 1."""
    text = normalise(shorten(question, LONGEST_COMPARED)).text
    for place in find_places(text):
        text = text.replace(place.text, "")
    counts = ngrams(re.sub(r"\W", "", text))
    norm = math.sqrt(sum(n * n for n in counts.values())) or 1.0
    return {gram: n / norm for gram, n in counts.items()}


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """The cosine of two wordings, from 0 to 1."""
    return sum(weight * other.get(gram, 0.0) for gram, weight in one.items())


def group_alike(questions: Sequence[str]) -> list[list[int]]:
    """Positions of questions that ask the same, largest group first."""
    groups: list[list[int]] = []
    # For each n-gram the groups whose first question has it, with its weight there.
    holders: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
    for position, question in enumerate(questions):
        check_budget()
        vector = wording(question)
        alike = [0.0] * len(groups)
        for gram, weight in vector.items():
            for number, own in holders.get(gram, ()):
                alike[number] += weight * own
        near = max(range(len(groups)), key=alike.__getitem__, default=None)
        if near is not None and alike[near] >= ALIKE:
            groups[near].append(position)
            continue
        for gram, weight in vector.items():
            holders[gram].append((len(groups), weight))
        groups.append([position])
    return sorted(groups, key=len, reverse=True)
