"""The SQL about branches; what an import writes is in :mod:`api.branches.staging`."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from sqlalchemy import Select, Text, cast, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.branches.facts import COLUMNS, BranchFacts, Packed, pack
from api.branches.tables import BranchChangeRow, BranchRegistryRow, BranchRow
from api.contract.branches import BranchState

BATCH = 5000
_TABLE = BranchRow.__table__
_FACTS = [_TABLE.c[name] for name in COLUMNS]
# Left as they are stored: decoding is most of the time that loading takes.
_AS_STORED = ("services", "data_date")
_STORED = [cast(c, Text) if c.name in _AS_STORED else c for c in _FACTS]
_OPEN = BranchState.OPEN.value


class BranchRepository:
    """Reads and writes branches within one session."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def count(self) -> int:
        """How many branches there are."""
        return await self._session.scalar(select(func.count()).select_from(BranchRow)) or 0

    async def has_real(self) -> bool:
        """Whether any branch is more than a sample."""
        found = select(BranchRow.id).where(BranchRow.is_sample.is_(False)).limit(1)
        return await self._session.scalar(found) is not None

    async def revision(self) -> int:
        """The number of the last import."""
        return await self._session.scalar(select(BranchRegistryRow.revision)) or 0

    async def next_revision(self) -> int:
        """Count up; held until the transaction ends, so that revisions come out in order."""
        statement = update(BranchRegistryRow).values(revision=BranchRegistryRow.revision + 1)
        await self._session.execute(statement)
        return await self.revision()

    async def changed_since(self, revision: int, *, with_samples: bool) -> list[Packed]:
        """The branches that imports after ``revision`` wrote, in no order."""
        statement = select(*_STORED).where(_TABLE.c.revision > revision)
        if not with_samples:
            statement = statement.where(_TABLE.c.is_sample.is_(False))
        result = await self._session.stream(statement.execution_options(yield_per=BATCH))
        return [pack(row) async for rows in result.partitions() for row in rows]

    async def outlines(self) -> AsyncIterator[Sequence[Any]]:
        """Batches of all branches: id, state, bank, name, address, lat, lon, crs."""
        names = ("id", "state", "bank", "name", "address", "lat", "lon", "crs")
        statement = select(*(_TABLE.c[name] for name in names))
        result = await self._session.stream(statement.execution_options(yield_per=BATCH))
        async for rows in result.partitions():
            yield rows

    def within(self, low: str, high: str) -> AsyncIterator[Sequence[BranchFacts]]:
        """Batches of the branches whose adcode is in ``low`` … ``high``, by id."""
        return self._stream(
            select(*_FACTS).where(_TABLE.c.region.between(low, high)).order_by(_TABLE.c.id)
        )

    async def get(self, branch_id: str) -> BranchFacts | None:
        """One branch."""
        found = await self.by_ids([branch_id])
        return found.get(branch_id)

    async def by_ids(self, ids: Sequence[str]) -> dict[str, BranchFacts]:
        """Those of the branches that there are."""
        rows = await self._session.execute(select(*_FACTS).where(_TABLE.c.id.in_(ids)))
        return {row.id: BranchFacts(*row) for row in rows}

    async def named(self, words: str, low: str, high: str, *, limit: int) -> list[BranchFacts]:
        """Branches with a point whose name holds the words, shortest names first."""
        return await self._holding(_TABLE.c.name, words, low, high, limit)

    async def addressed(self, words: str, low: str, high: str, *, limit: int) -> list[BranchFacts]:
        """Branches with a point whose address holds the words, shortest addresses first."""
        return await self._holding(_TABLE.c.address, words, low, high, limit)

    async def matching(self, words: Sequence[str], *, limit: int) -> list[BranchFacts]:
        """Branches in whatever state whose name or address holds each of the words.

        Open ones first, then those whose name holds the first word, then the shortest names.
        Samples are among them only while the registry holds nothing real.
        """
        name, address = _TABLE.c.name, _TABLE.c.address
        statement = select(*_FACTS).where(
            *(
                name.contains(word, autoescape=True) | address.contains(word, autoescape=True)
                for word in words
            )
        )
        if await self.has_real():
            statement = statement.where(_TABLE.c.is_sample.is_(False))
        order = (
            _TABLE.c.state != BranchState.OPEN.value,
            ~name.contains(words[0], autoescape=True),
            func.length(name),
            _TABLE.c.id,
        )
        rows = await self._session.execute(statement.order_by(*order).limit(limit))
        return [BranchFacts(*row) for row in rows]

    async def gone(self, name: str) -> BranchFacts | None:
        """The branch that has closed or moved whose name holds the words most closely."""
        held = select(*_FACTS).where(_TABLE.c.state != _OPEN)
        held = held.where(_TABLE.c.name.contains(name, autoescape=True))
        ranked = held.order_by(func.length(_TABLE.c.name), _TABLE.c.id).limit(1)
        row = (await self._session.execute(ranked)).first()
        return BranchFacts(*row) if row else None

    async def history(self, branch_id: str) -> Sequence[BranchChangeRow]:
        """What imports did to a branch, oldest first."""
        statement = select(BranchChangeRow).where(BranchChangeRow.branch_id == branch_id)
        return (await self._session.scalars(statement.order_by(BranchChangeRow.revision))).all()

    async def _stream(self, statement: Select[Any]) -> AsyncIterator[Sequence[BranchFacts]]:
        result = await self._session.stream(statement.execution_options(yield_per=BATCH))
        async for rows in result.partitions():
            yield [BranchFacts(*row) for row in rows]

    async def _holding(
        self, column: Any, words: str, low: str, high: str, limit: int
    ) -> list[BranchFacts]:
        statement = (
            select(*_FACTS)
            .where(_TABLE.c.region.between(low, high), _TABLE.c.lat.is_not(None))
            .where(_TABLE.c.state == _OPEN)
            .where(column.contains(words, autoescape=True))
            .order_by(func.length(column), _TABLE.c.id)
            .limit(limit)
        )
        return [BranchFacts(*row) for row in await self._session.execute(statement)]
