"""Text set above the line: marks of notes, which are no part of a figure, and powers of ten."""

import re

_NOTE_MARK = re.compile(r"[\[(（〔【]?(?:注?\s*\d{1,2}|[*＊†‡①-⑳])[\])）〕】]?")
_TEN = re.compile(r"(?<![\d.])10$")


def without_note_mark(raised: str, before: str) -> str:
    """What of a raised text is the text's own; ``before`` stands in front of it.

    30¹万元 is 30万元 with a note; 10⁴元 is a power and stays told from 104元.
    """
    mark = raised.strip()
    if mark.isdigit() and _TEN.search(before):
        return f"^{mark}"
    return "" if _NOTE_MARK.fullmatch(mark) else raised
