"""Routes of documents and their clauses."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query

from api.contract.answers import ClauseView, DocumentSummary, DocumentView, view_clause
from api.contract.ids import ClauseId, DocumentId
from api.contract.problem import Problem
from api.documents.registry import DocumentRegistry
from knowledge.corpus.loader import DIGEST_NOTE
from knowledge.documents import DocumentKind, DocumentStatus, PolicyDocument
from knowledge.errors import ClauseNotFoundError, DocumentNotFoundError
from knowledge.kit.wire import LARGEST_COUNT
from knowledge.regions.divisions import divisions
from knowledge.understanding.places import resolve_region


def document_routes(
    documents: Mapping[str, PolicyDocument], registry: DocumentRegistry
) -> APIRouter:
    """The router over a corpus; withdrawn documents are not shown."""
    missing: dict[int | str, dict[str, object]] = {404: {"model": Problem}}
    router = APIRouter(prefix="/v1/documents", tags=["documents"])

    def find(document_id: str) -> PolicyDocument:
        live = registry.live
        document = documents.get(document_id)
        if document is None or (live is not None and document_id not in live):
            raise DocumentNotFoundError("no such live document")
        return document

    @router.get("", summary="The documents there are")
    async def list_documents(
        region: Annotated[str | None, Query(max_length=60)] = None,
        status: DocumentStatus | None = None,
        kind: DocumentKind | None = None,
        offset: Annotated[int, Query(ge=0, le=LARGEST_COUNT)] = 0,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[DocumentSummary]:
        """Documents of a region itself, or all, in the order of region and id."""
        code = resolve_region(region) if region else None
        found = [
            document
            for document in documents.values()
            if (registry.live is None or document.id in registry.live)
            and (code is None or document.region == code)
            and (status is None or document.status is status)
            and (kind is None or document.kind is kind)
        ]
        return [_summary(document) for document in found[offset : offset + limit]]

    @router.get("/{document_id}", summary="One document", responses=missing)
    async def get_document(document_id: DocumentId) -> DocumentView:
        """A digest with its clauses and sources; the official text prevails."""
        document = find(document_id)
        return DocumentView(
            **_summary(document).model_dump(),
            issuers=list(document.issuers),
            supersedes=list(document.supersedes),
            superseded_by=list(document.superseded_by),
            conflicts=[conflict.model_dump() for conflict in document.conflicts],
            notes=list(document.notes),
            sources=[source.model_dump(mode="json") for source in document.sources],
            digest_note=DIGEST_NOTE.removeprefix("> "),
            clauses=[view_clause(clause) for clause in document.clauses],
        )

    @router.get("/{document_id}/clauses/{clause_id}", summary="One clause", responses=missing)
    async def get_clause(document_id: DocumentId, clause_id: ClauseId) -> ClauseView:
        """The smallest thing an answer cites."""
        for clause in find(document_id).clauses:
            if clause.id == clause_id:
                return view_clause(clause)
        raise ClauseNotFoundError("no such clause")

    return router


def _summary(document: PolicyDocument) -> DocumentSummary:
    return DocumentSummary(
        id=document.id,
        title=document.title,
        number=document.number,
        kind=document.kind,
        region=document.region,
        region_name=divisions().full_name(document.region),
        issued=document.issued.text if document.issued else None,
        effective_from=document.effective_from.text if document.effective_from else None,
        effective_to=document.effective_to.text if document.effective_to else None,
        status=document.status,
    )
