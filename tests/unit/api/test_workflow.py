"""Every (state, event) pair: the few that lead on, and the rest that are refused."""

from itertools import product

import pytest

from api.applications.workflow import Event, after
from api.contract.applications import ApplicationStatus as Status
from api.errors import WrongStateError

ALLOWED = {
    ("draft", "change"): "draft",
    ("draft", "submit"): "submitted",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "start_review"): "under_review",
    ("submitted", "withdraw"): "withdrawn",
    ("under_review", "approve"): "approved",
    ("under_review", "reject"): "rejected",
    ("under_review", "withdraw"): "withdrawn",
}


@pytest.mark.parametrize(("status", "event"), list(product(Status, Event)))
def test_each_pair_leads_on_or_is_refused(status, event):
    expected = ALLOWED.get((status.value, event.value))
    if expected is None:
        with pytest.raises(WrongStateError):
            after(status, event)
    else:
        assert after(status, event) is Status(expected)
