"""Keeps the answers that staff write: drafted, approved, held back, retired."""

import uuid
from collections.abc import Callable, Mapping, Set
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from api.contract.staff import AffectedAnswer, FaqChange, FaqState, FaqView
from api.db.engine import Database
from api.db.retrying import retried
from api.errors import FaqNotFoundError, FaqUnfoundedError
from api.faq.tables import FaqEventRow, FaqRow
from knowledge.answering.check import broken_citations, unsupported_figures
from knowledge.answering.draft import resolve
from knowledge.answering.faq import FaqEntry, changed_clauses, clause_digest
from knowledge.documents import PolicyDocument
from knowledge.regions.divisions import divisions
from knowledge.understanding.places import resolve_region

LiveDocuments = Callable[[], Mapping[str, PolicyDocument]]


class FaqStore:
    """Answers by staff; whether one is held back is worked out, so it is never late."""

    def __init__(
        self, database: Database, documents: LiveDocuments, now: Callable[[], datetime]
    ) -> None:
        self._database, self._documents, self._now = database, documents, now

    async def all(self) -> list[FaqView]:
        """All answers, the latest change first."""
        documents = self._documents()
        async with self._database.reading() as session:
            rows = (await session.scalars(select(FaqRow).order_by(FaqRow.updated_at.desc()))).all()
        return [_view(row, documents) for row in rows]

    async def approved(self) -> list[FaqEntry]:
        """The approved answers, those held back included: their clauses may come back."""
        query = select(FaqRow).where(FaqRow.state == FaqState.APPROVED.value)
        async with self._database.reading() as session:
            rows = (await session.scalars(query.order_by(FaqRow.id))).all()
        return [_entry(row) for row in rows]

    async def add(self, change: FaqChange, *, actor: str) -> FaqView:
        """Keep a draft.

        Raises:
            FaqUnfoundedError: it says a figure or cites a clause that is not in the material.
            UnknownRegionError: its region names no division.
        """
        row = FaqRow(id=uuid.uuid4().hex)
        return await self._write(row, change, actor, "drafted")

    async def change(self, faq_id: str, change: FaqChange, *, actor: str) -> FaqView:
        """Change an answer; it is a draft again until approved.

        Raises:
            FaqNotFoundError, FaqUnfoundedError, UnknownRegionError: see :meth:`add`.
        """
        async with self._database.reading() as session:
            row = await self._find(session, faq_id)
        return await self._write(row, change, actor, "changed")

    @retried
    async def approve(self, faq_id: str, *, actor: str) -> FaqView:
        """Use an answer from now on, as its clauses read today.

        Raises:
            FaqNotFoundError: there is none of that id.
            FaqUnfoundedError: a clause is gone, or no longer holds a figure of the answer.
        """
        documents = self._documents()
        async with self._database.writing() as session:
            row = await self._find(session, faq_id)
            _check(_entry(row), documents)
            row.clauses = [[ref, clause_digest(ref, documents)] for ref, _ in row.clauses]
            row.state, row.approver = FaqState.APPROVED.value, actor
            row.updated_at = self._now()
            session.add(self._event(row, "approved", actor))
        return _view(row, documents)

    @retried
    async def retire(self, faq_id: str, *, actor: str) -> FaqView:
        """Use an answer no more.

        Raises:
            FaqNotFoundError: there is none of that id.
        """
        async with self._database.writing() as session:
            row = await self._find(session, faq_id)
            row.state, row.updated_at = FaqState.RETIRED.value, self._now()
            session.add(self._event(row, "retired", actor))
        return _view(row, self._documents())

    async def affected_by(
        self, documents: Set[str], clauses: Set[str], region: str
    ) -> list[AffectedAnswer]:
        """Answers in use or drafted that cite one of the documents, or a clause where it counts.

        An answer for another place than ``region``, above or below it, is not affected by a
        clause alone.
        """
        query = select(FaqRow).where(FaqRow.state != FaqState.RETIRED.value)
        async with self._database.reading() as session:
            rows = (await session.scalars(query.order_by(FaqRow.updated_at.desc()))).all()
        affected = []
        for row in rows:
            refs = {ref for ref, _ in row.clauses}
            rests_on = any(ref.partition("#")[0] in documents for ref in refs)
            if rests_on or (refs & clauses and divisions().are_in_line(row.region, region)):
                affected.append(AffectedAnswer(id=row.id, question=row.question, rests_on=rests_on))
        return affected

    @retried
    async def _write(self, row: FaqRow, change: FaqChange, actor: str, kind: str) -> FaqView:
        documents = self._documents()
        row.question, row.variants = change.question.strip(), change.variants
        row.region, row.text = resolve_region(change.region), change.text
        row.clauses = [[ref, None] for ref in dict.fromkeys(change.clauses)]
        row.state, row.author, row.approver = FaqState.DRAFT.value, actor, None
        row.updated_at = self._now()
        _check(_entry(row), documents)
        async with self._database.writing() as session:
            merged = await session.merge(row)
            await session.flush()
            session.add(self._event(merged, kind, actor))
        return _view(merged, documents)

    @staticmethod
    async def _find(session: AsyncSession, faq_id: str) -> FaqRow:
        row = await session.get(FaqRow, faq_id)
        if row is None:
            raise FaqNotFoundError("no such answer")
        return row

    def _event(self, row: FaqRow, kind: str, actor: str) -> FaqEventRow:
        return FaqEventRow(faq_id=row.id, kind=kind, actor=actor, text=row.text, at=self._now())


def _entry(row: FaqRow) -> FaqEntry:
    return FaqEntry(
        id=row.id,
        questions=(row.question, *row.variants),
        region=row.region,
        text=row.text,
        clauses={ref: digest for ref, digest in row.clauses},
    )


def _check(entry: FaqEntry, documents: Mapping[str, PolicyDocument]) -> None:
    draft = entry.draft()
    for ref in draft.refs():
        if evidence := resolve(ref, documents):
            for day in (evidence.document.starts, evidence.document.effective_to):
                draft.allow_in(day.spoken() if day else "")
    wrong = {
        **broken_citations(draft.lines, documents),
        **unsupported_figures(draft, documents, said_by_user=""),
    }
    if wrong or not draft.refs():
        found = "; ".join(", ".join(what) for what in wrong.values()) or "no citation"
        raise FaqUnfoundedError(found)


def _view(row: FaqRow, documents: Mapping[str, PolicyDocument]) -> FaqView:
    state, changed = FaqState(row.state), []
    if state is FaqState.APPROVED:
        changed = changed_clauses({ref: digest for ref, digest in row.clauses}, documents)
        state = FaqState.HELD if changed else state
    return FaqView(
        id=row.id,
        question=row.question,
        variants=row.variants,
        region=row.region,
        text=row.text,
        clauses=[ref for ref, _ in row.clauses],
        state=state,
        changed_clauses=changed,
        author=row.author,
        approver=row.approver,
        updated_at=row.updated_at,
    )
