"""Figure by figure: what files say is taken in, what they do not say is not."""

from datetime import date

import pytest

from ingest.assembly import assemble
from ingest.loaders.base import LoadLimits
from ingest.loaders.registry import load
from tests.fakes.known_truth import known_files, squeezed
from tests.fakes.paper_files import CHROMIUM

LEAST_FILES = 40
LEAST_SHARE = 0.98


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium prints the PDFs")
def test_no_false_figure_and_nearly_all_true_ones(tmp_path):
    files = list(known_files(tmp_path))
    missed, invented, said = [], [], 0
    for file in files:
        content = load(file.data, LoadLimits(), lambda _page, _pages: None)
        document = assemble(content, file_name=file.name, region="370800", today=date(2026, 12, 1))
        texts = squeezed([clause.text for clause in document.clauses])
        said += len(file.true)
        missed += [
            (file.name, phrase)
            for phrase in squeezed(file.true)
            if not any(phrase in text for text in texts)
        ]
        invented += [
            (file.name, figure) for figure in file.false if any(figure in text for text in texts)
        ]

    assert len(files) >= LEAST_FILES
    assert not invented
    assert len(missed) <= (1 - LEAST_SHARE) * said, missed
