"""Opening hours around holidays, make-up days and midnight; instants in Beijing time."""

from datetime import datetime

import pytest

from api.branches.hours import in_chinese, opening_at
from knowledge.kit.clock import CHINA

OFFICE = "Mo-Fr 09:00-17:00"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("hours", "instant", "open_now"),
    [
        (OFFICE, "2026-11-23T09:00", True),
        (OFFICE, "2026-11-23T16:59", True),
        (OFFICE, "2026-11-23T17:00", False),
        (OFFICE, "2026-11-22T10:00", False),
        ("Mo-Fr 09:00-17:00; PH off", "2026-10-01T10:00", False),
        (OFFICE, "2026-10-01T10:00", None),
        (OFFICE, "2026-10-10T10:00", None),
        ("Fr-Sa 20:00-02:00", "2026-11-22T01:30", True),
        ("Fr-Sa 20:00-02:00", "2026-11-22T02:30", False),
        (None, "2026-11-23T10:00", None),
    ],
    ids=[
        "at the first minute",
        "at the last",
        "just closed",
        "Sunday",
        "holiday with a rule for it",
        "holiday without one",
        "a Saturday worked instead",
        "past midnight",
        "after the night",
        "no hours known",
    ],
)
def test_open_now(hours, instant, open_now):
    assert opening_at(hours, at(instant)).open_now is open_now


def test_the_next_opening_is_told():
    assert opening_at(OFFICE, at("2026-11-22T10:00")).next_opening == "11-23 09:00"


def test_hours_in_words():
    assert in_chinese("Mo-Fr 09:00-17:00; PH off") == "周一至周五 09:00-17:00；法定节假日休息"
