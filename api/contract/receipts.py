"""Receipt numbers: easy to read out, hard to guess.

``CD20261123-48392-01756-4`` is the day, ten digits drawn by lot, and a check digit over all
of them. Numbers given out before were counted (``CD20261123-000123-7``) and stay valid.
"""

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import date

TAIL = 100_000
_WEIGHTS = (7, 3, 1)
_BREAK = r"[\s\-‐‑‒–—―−]*"
_WRITTEN = re.compile(
    rf"CD{_BREAK}([0-9]{{8}}){_BREAK}(?:([0-9]{{5}}){_BREAK}([0-9]{{5}})|([0-9]{{6}}))"
    rf"{_BREAK}([0-9])(?![0-9])",
    re.IGNORECASE,
)


def draw_receipt(day: date) -> str:
    """A number for a submission of that day; whether it is still free the database says."""
    halves = [f"{secrets.randbelow(TAIL):05d}" for _ in range(2)]
    return "-".join([f"CD{day:%Y%m%d}", *halves, _check_digit(f"{day:%Y%m%d}{''.join(halves)}")])


@dataclass(frozen=True, slots=True)
class WrittenReceipt:
    """A number found in a text, as it is kept; ``rest`` is the text without it.

    Where the check digit is wrong it is not ``is_sound``: somebody misread a digit.
    """

    number: str
    rest: str
    is_sound: bool


def find_receipt(text: str) -> WrittenReceipt | None:
    """The first number in a text, with spaces, dashes of any kind or full-width characters."""
    plain = unicodedata.normalize("NFKC", text)
    match = _WRITTEN.search(plain)
    if match is None:
        return None
    day, *parts, check = filter(None, match.groups())
    return WrittenReceipt(
        number="-".join([f"CD{day}", *parts, check]),
        rest=f"{plain[: match.start()]} {plain[match.end() :]}",
        is_sound=_check_digit(day + "".join(parts)) == check,
    )


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * _WEIGHTS[i % 3] for i, digit in enumerate(digits))
    return str(-total % 10)
