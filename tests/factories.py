"""Answers of made-up applicants. ID numbers are computed, they belong to nobody known."""

from typing import Any


def id_number(serial: int = 1) -> str:
    """A well-formed number for a birth on 1990-01-01 in a code no county has."""
    body = f"37089919900101{serial:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    return body + "10X98765432"[total % 11]


def personal_answers(serial: int = 1, **changes: Any) -> dict[str, Any]:
    """A complete set of answers to the personal form."""
    return {
        "consent": True,
        "region": "370811",
        "group": "graduate",
        "business_kind": "sole_trader",
        "business_name": "演示理发店",
        "trade": "理发",
        "started_on": "2025-03-01",
        "employees": 2,
        "own_loans": False,
        "married": False,
        "amount_yuan": 200_000,
        "term_months": 36,
        "use_of_funds": "进货",
        "guarantee": "fund",
        "name": "张演示",
        "id_number": id_number(serial),
        "phone": f"1380000{serial:04d}",
        "branch": "",
        **changes,
    }
