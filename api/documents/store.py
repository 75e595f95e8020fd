"""Keeps the documents that an office added, and what happened to every document."""

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.engine import Database
from api.db.retrying import retried
from api.documents.tables import (
    DocumentEventRow,
    DocumentFileRow,
    DocumentRow,
    DocumentTextRow,
)
from knowledge.documents import PolicyDocument
from knowledge.errors import DocumentNotFoundError

LIVE, WITHDRAWN = "live", "withdrawn"


class DocumentStore:
    """Documents in the database; every change is one transaction with its event."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    async def added(self) -> dict[str, PolicyDocument]:
        """The added documents as they stand now, withdrawn ones included."""
        async with self._database.reading() as session:
            rows = (await session.scalars(select(DocumentTextRow))).all()
        return {row.document_id: PolicyDocument.model_validate(row.body) for row in rows}

    async def files(self) -> dict[str, dict[str, str]]:
        """For each added document the names of its files by content hash."""
        async with self._database.reading() as session:
            rows = (await session.scalars(select(DocumentFileRow))).all()
        files: dict[str, dict[str, str]] = {}
        for row in rows:
            files.setdefault(row.document_id, {})[row.content_hash] = row.name
        return files

    async def states(self) -> dict[str, str]:
        """``live`` or ``withdrawn`` for every document."""
        async with self._database.reading() as session:
            rows = await session.execute(select(DocumentRow.id, DocumentRow.state))
        return {id_: state for id_, state in rows}

    async def events(self, document_id: str) -> Sequence[DocumentEventRow]:
        """What happened to a document, oldest first."""
        query = select(DocumentEventRow).where(DocumentEventRow.document_id == document_id)
        async with self._database.reading() as session:
            return (await session.scalars(query.order_by(DocumentEventRow.id))).all()

    @retried
    async def put(
        self,
        document: PolicyDocument,
        *,
        content_hash: str,
        name: str,
        changed: Sequence[PolicyDocument],
        actor: str,
    ) -> None:
        """Keep a new document, live from now on, and kept ones that change with it."""
        async with self._database.writing() as session:
            await self._keep(session, document, state=LIVE)
            await session.merge(self._file(document.id, content_hash, name))
            session.add(self._event(document.id, "put", actor, name))
            for other in changed:
                row = await self._find(session, other.id)
                await self._keep(session, other, state=row.state)
                session.add(self._event(other.id, "changed", actor, document.id))

    async def _keep(self, session: AsyncSession, document: PolicyDocument, *, state: str) -> None:
        body = document.model_dump(mode="json")
        text = json.dumps(body, ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        await session.merge(
            DocumentRow(id=document.id, state=state, digest=digest, updated_at=self._now())
        )
        await session.flush()
        await session.merge(DocumentTextRow(document_id=document.id, body=body))

    @retried
    async def add_file(self, document_id: str, content_hash: str, name: str) -> None:
        """Note one more file that holds an added document's text.

        Raises:
            DocumentNotFoundError: no such document was added.
        """
        async with self._database.writing() as session:
            if await session.get(DocumentTextRow, document_id) is None:
                raise DocumentNotFoundError(f"no added document {document_id[:80]!r}")
            await session.merge(self._file(document_id, content_hash, name))

    async def withdraw(self, document_id: str, *, actor: str, reason: str | None) -> None:
        """Take a document out of use in every process.

        Raises:
            DocumentNotFoundError: there is none of that id.
        """
        await self._set_state(document_id, WITHDRAWN, actor, reason)

    async def restore(self, document_id: str, *, actor: str, reason: str | None) -> None:
        """Take a withdrawn document into use again.

        Raises:
            DocumentNotFoundError: there is none of that id.
        """
        await self._set_state(document_id, LIVE, actor, reason)

    @retried
    async def _set_state(
        self, document_id: str, state: str, actor: str, reason: str | None
    ) -> None:
        async with self._database.writing() as session:
            row = await self._find(session, document_id)
            if row.state == state:
                return
            row.state, row.updated_at = state, self._now()
            kind = "withdrawn" if state == WITHDRAWN else "restored"
            session.add(self._event(document_id, kind, actor, reason))

    @staticmethod
    async def _find(session: AsyncSession, document_id: str) -> DocumentRow:
        row = await session.get(DocumentRow, document_id)
        if row is None:
            raise DocumentNotFoundError(f"no document {document_id[:80]!r}")
        return row

    def _file(self, document_id: str, content_hash: str, name: str) -> DocumentFileRow:
        return DocumentFileRow(
            content_hash=content_hash,
            document_id=document_id,
            name=name[:255],
            added_at=self._now(),
        )

    def _event(
        self, document_id: str, kind: str, actor: str, reason: str | None
    ) -> DocumentEventRow:
        return DocumentEventRow(
            document_id=document_id,
            kind=kind,
            actor=actor,
            reason=reason[:300] if reason else None,
            at=self._now(),
        )
