"""Opening hours around holidays, make-up days and midnight; instants in Beijing time."""

from datetime import datetime

import pytest

from api.branches.hours import in_chinese, opening_at, today_in_chinese
from knowledge.kit.clock import CHINA

OFFICE = "Mo-Fr 09:00-17:00"
STATE = "Mo-Fr 09:00-12:00,13:30-17:00; PH off"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("hours", "instant", "open_now"),
    [
        pytest.param(OFFICE, "2026-11-23T09:00", True, id="at-the-first-minute"),
        pytest.param(OFFICE, "2026-11-23T16:59", True, id="at-the-last"),
        pytest.param(OFFICE, "2026-11-23T17:00", False, id="just-closed"),
        pytest.param(OFFICE, "2026-11-22T10:00", False, id="sunday"),
        pytest.param(None, "2026-11-23T10:00", None, id="no-hours-known"),
        # 1 to 7 October 2026 are off; Saturday the 10th is worked instead.
        pytest.param(STATE, "2026-10-01T10:00", False, id="holiday-with-a-rule-for-it"),
        pytest.param(OFFICE, "2026-10-01T10:00", None, id="holiday-without-one"),
        pytest.param("Mo-Su,PH 08:00-18:00", "2026-10-01T10:00", True, id="open-on-holidays"),
        pytest.param("Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-10-01T11:00", True, id="short-day"),
        pytest.param(
            "Mo-Fr 09:00-17:00; PH 10:00-12:00", "2026-10-01T13:00", False, id="after-a-short-day"
        ),
        pytest.param(
            "Mo-Sa 09:00-17:00; Su,PH off", "2026-10-03T10:00", False, id="weekday-and-PH"
        ),
        pytest.param(
            "Mo-Sa 09:00-17:00; Su,PH off", "2026-11-22T10:00", False, id="the-weekday-still-counts"
        ),
        pytest.param(STATE, "2026-10-10T10:00", True, id="make-up-saturday"),
        pytest.param(STATE, "2026-10-10T12:30", False, id="its-lunch-break"),
        pytest.param(OFFICE, "2026-10-10T10:00", None, id="make-up-day-and-no-word-of-holidays"),
        pytest.param(
            "Mo-Su 09:00-17:00", "2026-10-10T10:00", True, id="make-up-day-of-one-always-open"
        ),
        pytest.param(
            "Mo-Th 09:00-17:00; Fr 09:00-15:00; PH off",
            "2026-10-10T10:00",
            None,
            id="make-up-day-where-working-days-differ",
        ),
        pytest.param("Fr-Sa 20:00-02:00", "2026-11-22T01:30", True, id="past-midnight"),
        pytest.param("Fr-Sa 20:00-02:00", "2026-11-22T02:30", False, id="after-the-night"),
        pytest.param(
            "Mo-Su 20:00-02:00; PH off", "2026-10-01T01:00", True, id="night-into-a-holiday"
        ),
        pytest.param(
            "Mo-Su 20:00-02:00; PH off", "2026-10-08T01:00", False, id="night-of-a-holiday"
        ),
        pytest.param(OFFICE, "2035-10-01T10:00", None, id="fixed-holiday-of-a-year-to-come"),
        pytest.param(OFFICE, "2035-11-23T10:00", True, id="weekday-of-a-year-to-come"),
    ],
)
def test_open_now(hours, instant, open_now):
    assert opening_at(hours, at(instant)).open_now is open_now


@pytest.mark.parametrize(
    ("hours", "instant", "opens"),
    [
        (OFFICE, "2026-11-22T10:00", "11-23 09:00"),
        (STATE, "2026-09-30T18:00", "10-08 09:00"),
        (STATE, "2026-10-09T18:00", "10-10 09:00"),
        (OFFICE, "2026-11-23T10:00", None),
        ("off", "2026-11-23T10:00", None),
    ],
    ids=["after the weekend", "after the holidays", "on a make-up day", "open already", "never"],
)
def test_the_next_opening_is_told(hours, instant, opens):
    assert opening_at(hours, at(instant)).next_opening == opens


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ("Mo-Fr 09:00-17:00; PH off", "周一至周五 09:00-17:00；法定节假日休息"),
        ("Mo-Sa 09:00-17:00; Su,PH off", "周一至周六 09:00-17:00；周日、法定节假日休息"),
        ("24/7", "全天"),
    ],
)
def test_hours_in_words(hours, words):
    assert in_chinese(hours) == words


@pytest.mark.parametrize(
    ("hours", "instant", "words"),
    [
        (STATE, "2026-11-23T20:00", "09:00-12:00、13:30-17:00"),
        (STATE, "2026-11-22T10:00", "休息"),
        (OFFICE, "2026-10-01T10:00", None),
        (None, "2026-11-23T10:00", None),
        ("24/7", "2026-11-24T10:00", "全天"),
        ("Mo-Su 18:00-24:00", "2026-11-24T10:00", "18:00-24:00"),
        ("Mo-Su 20:00-02:00", "2026-11-24T01:00", "20:00-次日02:00"),
    ],
)
def test_the_hours_of_today(hours, instant, words):
    assert today_in_chinese(hours, at(instant)) == words
