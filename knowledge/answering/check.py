"""The last gate: no figure without a clause, no citation the corpus does not hold."""

import re
from collections.abc import Iterable, Mapping

from knowledge.answering.draft import FIGURE, TOKEN, Draft, resolve
from knowledge.documents import PolicyDocument
from knowledge.understanding.normaliser import normalise


def unsupported_figures(
    draft: Draft, documents: Mapping[str, PolicyDocument], said_by_user: str
) -> dict[str, list[str]]:
    """For each line, the figures that neither a cited clause, a sum nor the user gave.

    A document's own dates and number count as given by its citation.
    """
    given = "".join(
        f" {e.document.title} {e.document.number or ''} {_years(e.document)}"
        f" {e.clause.heading} {e.clause.text}"
        for ref in draft.refs()
        if (e := resolve(ref, documents))
    )
    given += " " + normalise(said_by_user).text
    allowed = draft.allowed
    found: dict[str, list[str]] = {}
    for line in draft.lines:
        bare = TOKEN.sub("", line)
        wrong = [f for f in FIGURE.findall(bare) if f not in allowed and not _occurs(f, given)]
        if wrong:
            found[line] = wrong
    return found


def broken_citations(
    lines: Iterable[str], documents: Mapping[str, PolicyDocument]
) -> dict[str, list[str]]:
    """For each line, the references that the live corpus does not hold."""
    found: dict[str, list[str]] = {}
    for line in lines:
        refs = [f"{document}#{clause}" for document, clause in TOKEN.findall(line)]
        wrong = [ref for ref in refs if resolve(ref, documents) is None]
        if wrong:
            found[line] = wrong
    return found


def _years(document: PolicyDocument) -> str:
    return f"{document.starts.first.year}年" if document.starts else ""


def _occurs(figure: str, text: str) -> bool:
    """Whether the figure stands in the text and not inside a longer number."""
    return re.search(rf"(?<![\d.]){re.escape(figure)}", text) is not None
