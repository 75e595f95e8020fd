"""The only place with SQL about branches."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from api.branches.importer import BranchRecord
from api.branches.tables import BranchRow

BATCH = 500


class BranchRepository:
    """Reads and writes branches within one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self) -> int:
        """How many branches there are."""
        return await self._session.scalar(select(func.count()).select_from(BranchRow)) or 0

    async def all(self) -> Sequence[BranchRow]:
        """All branches in the order of their ids."""
        return (await self._session.scalars(select(BranchRow).order_by(BranchRow.id))).all()

    async def get(self, branch_id: str) -> BranchRow | None:
        """One branch."""
        return await self._session.get(BranchRow, branch_id)

    async def put(self, records: Sequence[BranchRecord]) -> None:
        """Add or replace branches by id."""
        dialect = self._session.get_bind().dialect.name
        insert: Any = postgresql.insert if dialect == "postgresql" else sqlite.insert
        for start in range(0, len(records), BATCH):
            rows = [record.model_dump() for record in records[start : start + BATCH]]
            statement = insert(BranchRow).values(rows)
            changes = {c.name: c for c in statement.excluded if c.name != "id"}
            await self._session.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_=changes)
            )
