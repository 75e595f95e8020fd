"""Receipt numbers that people can read out: CD20261123-000123-7."""

from datetime import date

_WEIGHTS = (7, 3, 1)


def receipt_number(day: date, serial: int) -> str:
    """The number for the ``serial``-th submission of a day, with its check digit."""
    body = f"{day:%Y%m%d}{serial:06d}"
    return f"CD{body[:8]}-{body[8:]}-{_check_digit(body)}"


def _check_digit(digits: str) -> str:
    total = sum(int(digit) * _WEIGHTS[i % 3] for i, digit in enumerate(digits))
    return str(-total % 10)
