"""Receipt numbers that people can read out: CD20261123-000123-7."""

import re
from datetime import date

from knowledge.kit.digits import canonical_code

_WEIGHTS = (7, 3, 1)
_PARTS = re.compile(r"(CD[0-9]{8})([0-9]{6})([0-9])")


def receipt_number(day: date, serial: int) -> str:
    """The number for the ``serial``-th submission of a day, with its check digit."""
    body = f"{day:%Y%m%d}{serial:06d}"
    return f"CD{body[:8]}-{body[8:]}-{_check_digit(body)}"


def as_given_out(text: str) -> str:
    """A number as it was given out, however it was typed; other text without its spaces."""
    code = canonical_code(text)
    parts = _PARTS.fullmatch(code)
    return "-".join(parts.groups()) if parts else code


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * _WEIGHTS[i % 3] for i, digit in enumerate(digits))
    return str(-total % 10)
