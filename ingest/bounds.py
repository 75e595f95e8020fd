"""Whether what a file holds can be worked on: the steps behind reading take their time by it."""

from ingest.content import FileContent, Table
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.base import LoadLimits
from knowledge.documents import PolicyDocument


def check_content(content: FileContent, limits: LoadLimits) -> None:
    """Before anything is done with it.

    Raises:
        UnreadableFileError: it has too many paragraphs, too long ones, or too much in all.
    """
    count = total = 0
    for page in content.pages:
        for item in page.items:
            rows = _lengths(item) if isinstance(item, Table) else [len(item.text)]
            count += len(rows)
            _check_length(sum(rows), limits)
            total += sum(rows)
    if count > limits.max_paragraphs:
        raise UnreadableFileError(Reason.TOO_MANY_PARAGRAPHS)
    if total > limits.max_characters:
        raise UnreadableFileError(Reason.TOO_MUCH_TEXT)


def check_clauses(document: PolicyDocument, limits: LoadLimits) -> None:
    """Once it is cut into clauses; lines without an end may have become one.

    Raises:
        UnreadableFileError: there are too many, or too long ones.
    """
    for clause in document.clauses:
        _check_length(len(clause.text), limits)
    if len(document.clauses) > limits.max_clauses:
        raise UnreadableFileError(Reason.TOO_MANY_PARAGRAPHS)


def _lengths(table: Table) -> list[int]:
    return [sum(map(len, row)) for row in table.rows]


def _check_length(length: int, limits: LoadLimits) -> None:
    if length > limits.max_paragraph:
        raise UnreadableFileError(Reason.PARAGRAPH_TOO_LONG)
