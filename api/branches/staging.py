"""Rows of one import, laid out where nobody waits for them until they can go in at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, MetaData, Table, insert, literal, select, true
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.branches.facts import BranchFacts
from api.branches.tables import BranchChangeRow, BranchRow
from api.db.base import Instant
from api.db.statements import insert_into

_TABLE = BranchRow.__table__
_STORED = [column.name for column in _TABLE.columns if column.name != "revision"]
_STAGED = Table(
    "staged_branches",
    MetaData(),
    *(Column(name, _TABLE.c[name].type) for name in _STORED),
    Column("changes", JSON),
    prefixes=["TEMPORARY"],
)


class StagedBranches:
    """A temporary table of one connection; it goes when the connection is closed."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._count = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing is laid out."""
        return self._count == 0

    async def clear(self) -> None:
        """Begin anew."""
        await self._connection.run_sync(_STAGED.drop, checkfirst=True)
        await self._connection.run_sync(_STAGED.create)
        self._count = 0

    async def add(
        self, branches: Sequence[BranchFacts], changes: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Lay out branches, with what ``changes`` (id → field → before, after) says of them."""
        if not branches:
            return
        rows = [branch._asdict() | {"changes": changes.get(branch.id, {})} for branch in branches]
        await self._connection.execute(insert(_STAGED), rows)
        self._count += len(rows)

    async def put_in(
        self, session: AsyncSession, *, revision: int, at: datetime, file: str
    ) -> None:
        """Add or replace the branches, and note what changed; the session is on the connection."""
        held = [_STAGED.c[name] for name in _STORED]
        statement = insert_into(session, _TABLE).from_select(
            [*_STORED, "revision"], select(*held, literal(revision)).where(true())
        )
        replaced = {c.name: c for c in statement.excluded if c.name != "id"}
        await session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=replaced))
        notes = select(
            _STAGED.c.id, literal(revision), literal(at, Instant), literal(file), _STAGED.c.changes
        )
        names = ["branch_id", "revision", "changed_at", "file", "fields"]
        await session.execute(insert(BranchChangeRow).from_select(names, notes))
