"""Which passwords of staff are too easy to guess.

Length and a list of what is common, after NIST SP 800-63B: no rule on kinds of characters, but
what a guesser tries first is refused, also put together from such parts (woaini1314520).
"""

import unicodedata
from functools import cache
from importlib.resources import files

from api.errors import WeakPasswordError

SHORTEST = 12
MOST_ALIKE = 4  # fewer different characters than one more
OWN_CHARACTERS = 5
_LEAST_RUN = 3
_LOOKS_LIKE = str.maketrans("@4013!|$5", "aaoleiiss")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "q1w2e3r4t5y6u7i8o9p0",
)


def check_password(password: str, login: str) -> None:
    """Let a password pass that is not easy to guess.

    Raises:
        WeakPasswordError: with the reason.
    """
    folded = unicodedata.normalize("NFKC", password).lower()
    if len(folded) < SHORTEST:
        raise WeakPasswordError(f"shorter than {SHORTEST} characters")
    if len(set(folded)) <= MOST_ALIKE:
        raise WeakPasswordError("few different characters")
    if len(login) > 1 and unicodedata.normalize("NFKC", login).lower() in folded:
        raise WeakPasswordError("holds the login")
    if _own_characters(folded) < OWN_CHARACTERS:
        raise WeakPasswordError("made of common words, numbers and rows of keys")


def _own_characters(password: str) -> int:
    """How many characters are left when everything common is taken out, at the least."""
    looks = password.translate(_LOOKS_LIKE)
    least = [0]
    for end in range(1, len(password) + 1):
        counts = password[end - 1].isalnum()  # ! and - are put behind common words, too
        best = least[end - 1] + counts
        for start in range(max(0, end - _longest()), end - _LEAST_RUN + 1):
            if _is_common(password[start:end], looks[start:end]):
                best = min(best, least[start])
        least.append(best)
    return least[-1]


def _is_common(part: str, looks: str) -> bool:
    if part in _common() or looks in _common_by_looks():
        return True
    if len(set(part)) == 1 or _is_repeated(part):
        return True
    return any(part in row or part[::-1] in row for row in _ROWS)


def _is_repeated(part: str) -> bool:
    """Whether it is one piece of at most four characters again and again: 5858, abcabc."""
    return any(
        len(part) % size == 0 and part == part[:size] * (len(part) // size)
        for size in range(1, 5)
        if size < len(part)
    )


@cache
def _common() -> frozenset[str]:
    text = files("api.staff").joinpath("common_passwords.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())


@cache
def _common_by_looks() -> frozenset[str]:
    return frozenset(word.translate(_LOOKS_LIKE) for word in _common())


@cache
def _longest() -> int:
    return max(map(len, (*_common(), *_ROWS)))
