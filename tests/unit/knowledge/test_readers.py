"""What readers said is told by group, and nothing that is no verdict is counted."""

import json

import pytest

from knowledge.evaluation.readers import VerdictError, tally

ITEMS = [{"id": "a-1", "group": "firm"}, {"id": "a-2", "group": "heard"}]


def verdict(**changed):
    return json.dumps({"id": "a-1", "verdict": "full", "direct": 5, "noise": 0} | changed)


def test_verdicts_are_told_by_group_and_in_all():
    lines = [verdict(), "", verdict(id="a-2", verdict="wrong", direct=1, noise=2)]

    found = tally(ITEMS, lines)

    assert found["firm"].share("full") == 1.0
    assert found["heard"].share("wrong", "forbidden") == 1.0
    assert (found["all"].asked, found["all"].share("full")) == (2, 0.5)
    assert sum(found["all"].direct) / found["all"].asked == 3.0


@pytest.mark.parametrize(
    "line", ["full", verdict(id="b-9"), verdict(verdict="good"), verdict(direct="high")]
)
def test_what_is_no_verdict_is_refused(line):
    with pytest.raises(VerdictError):
        tally(ITEMS, [line])
