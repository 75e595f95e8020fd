"""Compares two wordings of a line by the words that carry its legal meaning.

The lists are in ``guarded.yaml``. This is no proof that two sentences say the same; it is
a fence: duties, bans, exceptions, bounds and the parties named must all be there, in
order, and nothing of the kind may be new.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import groupby

from knowledge.kit.yaml import read_yaml
from knowledge.llm.tokens import TOKEN
from knowledge.rules.vocabulary import group_terms, loan_terms
from knowledge.understanding.places import find_places

_DUTIES = ("must", "forbid")


def has_same_meaning(hidden: str, rewritten: str) -> bool:
    """Whether a rewritten line keeps the guarded words of the hidden line it came from."""
    words = _guarded_words()
    before, after = words.kinds_in_order(hidden), words.kinds_in_order(rewritten)
    if before != after:
        return False
    may_before, may_after = (bool(words.may.search(line)) for line in (hidden, rewritten))
    if may_before and not may_after:
        return False
    if may_after and not may_before and any(duty in before for duty in _DUTIES):
        return False
    if any(word in rewritten and word not in hidden for word in words.never_added):
        return False
    return _named(hidden) == _named(rewritten) and _places(rewritten) <= _places(hidden)


@dataclass(frozen=True, slots=True)
class _GuardedWords:
    ordered: re.Pattern[str]
    may: re.Pattern[str]
    never_added: Sequence[str]

    def kinds_in_order(self, line: str) -> list[str]:
        """Tokens and kinds of words as they come; a kind said twice running counts once."""
        matches = self.ordered.finditer(line)
        kinds = (match.lastgroup or match[0] for match in matches)
        return [kind for kind, _ in groupby(kinds)]


@cache
def _guarded_words() -> _GuardedWords:
    raw = read_yaml(files("knowledge.llm").joinpath("guarded.yaml").read_text("utf-8"))
    kinds = (f"(?P<{kind}>{pattern})" for kind, pattern in raw["ordered"].items())
    return _GuardedWords(
        ordered=re.compile("|".join([TOKEN.pattern, *kinds])),
        may=re.compile(raw["may"]),
        never_added=raw["never_added"],
    )


def _named(line: str) -> set[str]:
    """Groups of people and kinds of loans that the line names, as clauses write them."""
    return {word for word in _vocabulary() if word in line}


@cache
def _vocabulary() -> frozenset[str]:
    terms = [*group_terms().values(), *loan_terms().values()]
    return frozenset(word for term in terms for word in term.written)


def _places(line: str) -> set[str]:
    return {place.text for place in find_places(TOKEN.sub("\n", line))}
