"""Cells of lists that go out: no spreadsheet runs them, and they come back as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.branches.formulas import mark_as_text, unmark

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


@pytest.mark.parametrize("first", RUNS)
def test_what_would_run_is_text(first):
    assert mark_as_text(f"{first}HYPERLINK(1)").startswith("'")


@pytest.mark.parametrize("cell", ["演示支行", "0537-1234567", "", "O'Neil", "'quoted'", " =1"])
def test_what_would_not_run_stays(cell):
    assert mark_as_text(cell) == cell


@given(st.text(alphabet=[*RUNS, "'", "a", " "], max_size=6) | st.text(max_size=10))
def test_every_cell_comes_back_as_it_was(cell):
    assert unmark(mark_as_text(cell)) == cell
    assert not mark_as_text(cell).startswith(RUNS)
