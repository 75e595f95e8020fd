"""Finds branches near a point or a place named in words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from anyio import to_thread

from api.branches.crs import is_in_china, to_wgs84
from api.branches.hours import in_chinese, opening_at
from api.branches.importer import BranchRecord, RowError, read_branches
from api.branches.locator import Locator
from api.branches.navigation import navigation_links
from api.branches.places import Place, find_place
from api.branches.repository import BranchRepository
from api.branches.tables import BranchRow
from api.contract.branches import BranchDistance, BranchView, NearestBranches
from api.contract.geo import Coordinates, Crs
from api.db.engine import Database
from api.errors import BranchNotFoundError

CHUNK = 5000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import went."""

    imported: int
    errors: Sequence[RowError]


class BranchService:
    """The registry with its index; :meth:`load` after every change."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._rows: Sequence[BranchRow] = []
        self._locator = Locator([], [])

    async def load(self) -> None:
        """Read the registry and build the index."""
        async with self._database.reading() as session:
            rows = await BranchRepository(session).all()
        self._rows = [row for row in rows if _point(row) is not None]
        points = [to_wgs84(point) for row in self._rows if (point := _point(row))]
        self._locator = Locator([p.lat for p in points], [p.lon for p in points])

    async def is_empty(self) -> bool:
        """Whether the registry holds no branch."""
        async with self._database.reading() as session:
            return await BranchRepository(session).count() == 0

    async def import_file(
        self, path: Path, on_progress: Callable[[int], None] = lambda done: None
    ) -> ImportReport:
        """Take in a CSV file; rows in error are reported, the rest come in.

        Raises:
            BranchFileError: the file cannot be read at all.
        """
        entries = await to_thread.run_sync(lambda: list(read_branches(path)))
        records = {entry.id: entry for entry in entries if isinstance(entry, BranchRecord)}
        errors = [entry for entry in entries if isinstance(entry, RowError)]
        whole = list(records.values())
        async with self._database.writing() as session:
            repository = BranchRepository(session)
            for start in range(0, len(whole), CHUNK):
                await repository.put(whole[start : start + CHUNK])
                on_progress(min(start + CHUNK, len(whole)))
        await self.load()
        return ImportReport(len(whole), errors)

    async def get(self, branch_id: str) -> BranchView:
        """One branch.

        Raises:
            BranchNotFoundError: there is none.
        """
        async with self._database.reading() as session:
            row = await BranchRepository(session).get(branch_id)
        if row is None:
            raise BranchNotFoundError("no such branch")
        return BranchView(**_fields(row, self._now()))

    def near_point(
        self, point: Coordinates, *, limit: int, service: str | None, open_at: datetime | None
    ) -> NearestBranches:
        """The branches nearest to a position in China."""
        if not is_in_china(point):
            return NearestBranches(outcome="outside_china")
        here = to_wgs84(point)
        found = self._locator.nearest(
            here.lat, here.lon, limit=limit, keep=lambda n: self._fits(n, service, open_at)
        )
        at = open_at or self._now()
        branches = [
            BranchDistance(**_fields(self._rows[number], at), distance_m=round(metres, 1))
            for number, metres in found
        ]
        return NearestBranches(outcome="found" if branches else "no_branches", branches=branches)

    def near_place(
        self,
        words: str,
        *,
        region: str | None,
        limit: int,
        service: str | None,
        open_at: datetime | None,
    ) -> NearestBranches:
        """The branches nearest to the middle of a place named in words."""
        place = find_place(words, region)
        if place is None:
            return NearestBranches(outcome="unknown_place", place=words)
        if not isinstance(place, Place):
            return NearestBranches(outcome="ambiguous_place", place=words, candidates=place)
        if place.centre is None:
            return NearestBranches(outcome="unknown_place", place=place.name)
        found = self.near_point(place.centre, limit=limit, service=service, open_at=open_at)
        return found.model_copy(update={"place": place.name, "approximate": True})

    def _fits(self, number: int, service: str | None, open_at: datetime | None) -> bool:
        row = self._rows[number]
        if service and service not in row.services:
            return False
        return open_at is None or opening_at(row.hours, open_at).open_now is not False


def _point(row: BranchRow) -> Coordinates | None:
    if row.lat is None or row.lon is None or row.crs is None:
        return None
    return Coordinates(lat=row.lat, lon=row.lon, crs=Crs(row.crs))


def _fields(row: BranchRow, at: datetime) -> dict[str, object]:
    point, opening = _point(row), opening_at(row.hours, at)
    return {
        "id": row.id,
        "bank": row.bank,
        "name": row.name,
        "address": row.address,
        "region": row.region,
        "coordinates": to_wgs84(point) if point else None,
        "phone": row.phone,
        "hours": row.hours,
        "hours_text": in_chinese(row.hours),
        "open_now": opening.open_now,
        "next_opening": opening.next_opening,
        "services": row.services,
        "data_date": row.data_date,
        "source": row.source,
        "is_sample": row.is_sample,
        "navigation": navigation_links(row.name, point) if point else None,
    }
