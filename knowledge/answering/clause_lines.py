"""The line that says what a clause lays down, and where its document stands."""

from knowledge.answering.draft import Draft, Standing, cite
from knowledge.documents import DocumentKind
from knowledge.retrieval.hybrid import Hit


def say_clause(draft: Draft, hit: Hit, *, past: bool) -> None:
    """Add what a clause says, and remember where its document stands today."""
    draft.add(f"{hit.chunk.clause.text.rstrip()}{cite(hit.chunk.id)}")
    if standing := _standing(hit, past=past):
        draft.standings[hit.chunk.id] = standing


def _standing(hit: Hit, *, past: bool) -> Standing | None:
    """What must be said beside a clause that is no rule in force; None where it is one."""
    if hit.chunk.document.kind is DocumentKind.DRAFT:
        return Standing.DRAFT
    if hit.is_untouched and not past:
        return Standing.UNTOUCHED
    if hit.in_force is False:
        return Standing.ENDED
    return Standing.UNCONFIRMED if hit.in_force is None and not past else None
