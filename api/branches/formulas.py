"""Cells that a spreadsheet would run as a formula: marked as text going out, unmarked coming in.

A leading apostrophe is how spreadsheets themselves mark a cell as text. A text that already
begins like a marked one is marked once more, so that every value comes back as it was.
"""

import re

_RUNS = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")


def mark_as_text(cell: str) -> str:
    """The cell so that no spreadsheet runs it."""
    return f"'{cell}" if _RUNS.match(cell) else cell


def unmark(cell: str) -> str:
    """The cell as it was before it was marked."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell) else cell
