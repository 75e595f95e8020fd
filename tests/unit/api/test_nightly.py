"""When the nightly forgetting comes round."""

from datetime import datetime

import pytest

from api.privacy.nightly import seconds_to_next
from knowledge.kit.clock import CHINA


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 30, 1, 10, tzinfo=CHINA), 2),
        (datetime(2026, 11, 30, 3, 10, tzinfo=CHINA), 24),
        (datetime(2026, 12, 31, 4, 10, tzinfo=CHINA), 23),
    ],
)
def test_it_comes_once_in_each_night_of_china(now, hours):
    assert seconds_to_next(now) == hours * 3600
