"""Shows clauses as evidence on the wire."""

from collections.abc import Iterable, Mapping
from datetime import date

from knowledge.answering.draft import Evidence, resolve
from knowledge.answering.models import CitationView
from knowledge.documents import PolicyDocument
from knowledge.regions.divisions import divisions


def view_citations(
    refs: Iterable[str], documents: Mapping[str, PolicyDocument], on: date
) -> dict[str, CitationView]:
    """A numbered view of each clause that the corpus holds, by its reference."""
    found: dict[str, CitationView] = {}
    for ref in dict.fromkeys(refs):
        if evidence := resolve(ref, documents):
            found[ref] = _view(len(found) + 1, evidence, on)
    return found


def _view(number: int, evidence: Evidence, on: date) -> CitationView:
    document, clause = evidence.document, evidence.clause
    return CitationView(
        n=number,
        document_id=document.id,
        title=document.title,
        number=document.number,
        issuer="、".join(document.issuers) or None,
        region=divisions().full_name(document.region),
        clause=clause.id,
        clause_title=" ".join(filter(None, (clause.article, clause.heading))),
        quote=clause.text,
        effective_from=document.starts.text if document.starts else None,
        effective_to=document.effective_to.text if document.effective_to else None,
        in_force=document.in_force_on(on),
        url=document.best_url,
    )
