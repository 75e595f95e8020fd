"""What sort of text a document is, told by its title and its number."""

import re
from collections.abc import Sequence

from ingest.metadata.words import words
from knowledge.documents import DocumentKind

_QUESTION = re.compile(r"^(?:问|Q) ?\d{0,2} ?[:：]|^(?:\d{1,2}[.．、] ?)?[^。]{4,60}[？?]$")
_FEWEST_QUESTIONS = 3


def guess_kind(title: str, *, has_number: bool, text: Sequence[str]) -> DocumentKind:
    """The kind; what nothing tells about is a report, which ranks low as evidence."""
    for rule in words()["kinds"]:
        if re.search(rule["title"], title):
            return DocumentKind(rule["kind"])
    if any("征求意见稿" in paragraph for paragraph in text[:3]):
        return DocumentKind.DRAFT
    if has_number:
        return DocumentKind.POLICY
    questions = sum(bool(_QUESTION.match(paragraph)) for paragraph in text)
    return DocumentKind.QA if questions >= _FEWEST_QUESTIONS else DocumentKind.PRACTICE_REPORT
