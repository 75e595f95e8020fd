"""Routes by which staff look after documents: history, withdrawal, files handed in."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Request, UploadFile

from api.contract.answers import view_clause
from api.contract.ids import DocumentId
from api.contract.problem import Problem
from api.contract.staff import (
    DocumentChange,
    DocumentEvent,
    Ingestion,
    StaffDocument,
    StaffDocumentView,
)
from api.documents.ingestion.impact import ImpactFinder
from api.documents.ingestion.queue import IngestionQueue
from api.documents.registry import DocumentRegistry
from api.documents.store import LIVE, DocumentStore
from api.errors import UploadRefusedError
from api.services import part_of
from api.staff.routes import REFUSALS, Clerk, Editor
from knowledge.documents import PolicyDocument
from knowledge.errors import DocumentNotFoundError
from knowledge.kit.texts import clean
from knowledge.regions.divisions import divisions
from knowledge.understanding.places import resolve_region

SUFFIXES = (".pdf", ".docx", ".doc", ".html", ".htm", ".txt", ".md", ".ofd")
PROBLEMS: dict[int | str, dict[str, object]] = {**REFUSALS, 404: {"model": Problem}}


def staff_document_routes(
    documents: Mapping[str, PolicyDocument],
    shipped: Mapping[str, PolicyDocument],
    impact: ImpactFinder,
    queue: IngestionQueue,
) -> APIRouter:
    """The router; ``documents`` are those in use, ``shipped`` those that came with the program."""
    router = APIRouter(prefix="/v1/staff", tags=["staff"], responses=PROBLEMS)

    async def all_documents(request: Request) -> dict[str, PolicyDocument]:
        return {**await _store(request).added(), **documents}

    async def find(request: Request, document_id: str) -> PolicyDocument:
        document = (await all_documents(request)).get(document_id)
        if document is None:
            raise DocumentNotFoundError("no such document")
        return document

    @router.get("/documents", summary="All documents with their state")
    async def list_documents(request: Request, staff: Clerk) -> list[StaffDocument]:
        """Withdrawn ones included, in the order of region and id."""
        states = await _store(request).states()
        found = sorted((await all_documents(request)).values(), key=lambda d: (d.region, d.id))
        return [_summary(d, states.get(d.id, LIVE), shipped) for d in found]

    @router.get("/documents/{document_id}", summary="A document, its history, what it touches")
    async def show_document(
        request: Request, document_id: DocumentId, staff: Clerk
    ) -> StaffDocumentView:
        """What rests on it is to be looked at when it changes."""
        document = await find(request, document_id)
        store = _store(request)
        summary = _summary(document, (await store.states()).get(document.id, LIVE), shipped)
        return StaffDocumentView(
            **summary.model_dump(),
            clauses=[view_clause(clause) for clause in document.clauses],
            notes=[*document.notes, *(f"{c.about}：{c.detail}" for c in document.conflicts)],
            files=list((await store.files()).get(document.id, {}).values()),
            events=[
                DocumentEvent(kind=e.kind, actor=e.actor, reason=e.reason, at=e.at)
                for e in await store.events(document.id)
            ],
            impact=await impact.find(document),
        )

    @router.post("/documents/{document_id}/withdrawal", status_code=204, summary="Take out of use")
    async def withdraw(
        request: Request, document_id: DocumentId, change: DocumentChange, staff: Editor
    ) -> None:
        """In every process within a second."""
        store = _store(request)
        await store.withdraw(document_id, actor=staff.login, reason=change.reason)
        await _registry(request).refresh(force=True)

    @router.post(
        "/documents/{document_id}/restoration", status_code=204, summary="Take into use again"
    )
    async def restore(
        request: Request, document_id: DocumentId, change: DocumentChange, staff: Editor
    ) -> None:
        """As it was before it was withdrawn."""
        store = _store(request)
        await store.restore(document_id, actor=staff.login, reason=change.reason)
        await _registry(request).refresh(force=True)

    @router.post("/ingestions", status_code=202, summary="Hand a file in")
    async def hand_in(
        file: UploadFile, staff: Editor, region: Annotated[str | None, Form(max_length=60)] = None
    ) -> Ingestion:
        """Read in the background; see the list for how far it is.

        ``region`` is where a file belongs that names no place itself.
        """
        name = Path(clean(file.filename or "")).name
        if not name.lower().endswith(SUFFIXES):
            raise UploadRefusedError("not a kind of file that is read")
        code = resolve_region(region) if region else None
        path = queue.new_path(name)
        try:
            await to_thread.run_sync(_keep, file, path)
            return queue.hand_in(path, region=code, actor=staff.login)
        except BaseException:  # half a file is of no use, and takes room
            queue.discard(path)
            raise

    @router.get("/ingestions", summary="Files handed in")
    async def list_ingestions(staff: Clerk) -> list[Ingestion]:
        """Those of this process since its start, the latest first."""
        return queue.recent()

    return router


def _keep(file: UploadFile, path: Path) -> None:
    with path.open("wb") as kept:
        shutil.copyfileobj(file.file, kept)
        kept.flush()
        os.fsync(kept.fileno())


def _summary(
    document: PolicyDocument, state: str, shipped: Mapping[str, PolicyDocument]
) -> StaffDocument:
    return StaffDocument(
        id=document.id,
        title=document.title,
        number=document.number,
        region=document.region,
        region_name=divisions().full_name(document.region),
        status=document.status.value,
        state=state,
        is_added=document.id not in shipped,
    )


def _store(request: Request) -> DocumentStore:
    return part_of(request, DocumentStore)


def _registry(request: Request) -> DocumentRegistry:
    return part_of(request, DocumentRegistry)
