from pathlib import Path

import pytest

from ingest.errors import Reason
from ingest.report import Ending, FileOutcome, IngestReport
from ingest.texts import say


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_sentence_and_an_advice(reason):
    assert say(f"reason-{reason}").endswith("。")
    assert say(f"advice-{reason}").startswith("请")


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_has_a_sentence(ending):
    assert say(f"ending-{ending}")
    assert "1" in say(f"count-{ending}", n=1)


def test_the_closing_report_counts_only_what_happened():
    endings = [Ending.INDEXED, Ending.INDEXED, Ending.QUARANTINED]
    report = IngestReport(tuple(FileOutcome(Path("a.txt"), ending) for ending in endings))
    assert report.summary == "共3个文件：新入库2个，隔离1个。"
    assert "没有可导入的文件" in IngestReport(()).summary
