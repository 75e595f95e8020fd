"""Decides whether a line that a model wrote may stand in place of ours."""

import re
import unicodedata

from knowledge.llm.meaning import has_same_meaning
from knowledge.llm.outcome import Outcome, RewriteRejectedError
from knowledge.llm.tokens import CHINESE_NUMBER, FOREIGN, TOKEN, WARNING, TokenTable

_BRACKET = re.compile("[〔〕]")
# "找一个担保人": the one Chinese number that is hardly ever a figure.
_NO_FIGURE = "一个"
_MOST_GROWTH, _MOST_ADDED, _LEAST_SHARE = 2, 20, 2


def check_line(hidden: str, rewritten: str, table: TokenTable) -> None:
    """Compare a rewritten line with the hidden line that the model was given.

    The tokens must be the same in the same order: so each figure stays before the
    citation that supports it, and two figures cannot change places.

    Raises:
        RewriteRejectedError: with the first breach found.
    """
    for breach in (
        _token_breach(hidden, rewritten, table),
        _figure_breach(rewritten),
        _length_breach(hidden, rewritten),
    ):
        if breach:
            raise RewriteRejectedError(breach)
    if not has_same_meaning(hidden, rewritten):
        raise RewriteRejectedError(Outcome.CHANGED_MEANING)


def _token_breach(hidden: str, rewritten: str, table: TokenTable) -> Outcome | None:
    given, used = TOKEN.findall(hidden), TOKEN.findall(rewritten)
    if any(token not in table for token in used):
        return Outcome.INVENTED_TOKEN
    if _BRACKET.search(TOKEN.sub("", rewritten)):
        return Outcome.ALTERED_TOKEN
    if given == used:
        return None
    # With all else in place it is the warnings and conditions that are missing.
    others_given, others_used = (
        [token for token in tokens if token[1] != WARNING] for tokens in (given, used)
    )
    lost = len(used) < len(given) and others_given == others_used
    return Outcome.DROPPED_WARNING if lost else Outcome.MOVED_TOKEN


def _figure_breach(rewritten: str) -> Outcome | None:
    own_words = TOKEN.sub("\n", rewritten).splitlines()
    for words in own_words:
        if any(unicodedata.category(character).startswith("N") for character in words):
            return Outcome.INVENTED_FIGURE
        if any(match[0] != _NO_FIGURE for match in CHINESE_NUMBER.finditer(words)):
            return Outcome.INVENTED_FIGURE
        if FOREIGN.search(words):
            return Outcome.FOREIGN_TEXT
    return None


def _length_breach(hidden: str, rewritten: str) -> Outcome | None:
    before, after = (len(TOKEN.sub("", line)) for line in (hidden, rewritten))
    fits = before // _LEAST_SHARE <= after <= before * _MOST_GROWTH + _MOST_ADDED
    return None if fits else Outcome.LENGTH
