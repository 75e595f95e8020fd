import pytest

from ingest.errors import Reason
from ingest.report import Ending
from ingest.texts import say


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_an_advice(reason):
    assert say(f"reason-{reason}").endswith("。")
    assert say(f"advice-{reason}").startswith("请")


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_has_a_sentence(ending):
    assert say(f"ending-{ending}")
