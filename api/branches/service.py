"""Finds branches near a point or a place named in words, and keeps up with the registry."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from anyio import to_thread

from api.branches.coverage import CoverageReports
from api.branches.directory import Directory, Selection
from api.branches.facts import view_fields
from api.branches.geocoders import Geocoder
from api.branches.map_view import view_of
from api.branches.moments import Moment
from api.branches.place_finder import PlaceFinder
from api.branches.repository import BranchRepository
from api.branches.territory import is_in_china
from api.contract.branch_map import BranchMatches, MapBox, MapView, PlaceSuggestion
from api.contract.branches import (
    BranchChange,
    BranchDistance,
    BranchView,
    Coverage,
    NearestBranches,
    PlaceCandidate,
)
from api.contract.crs import to_wgs84
from api.db.engine import Database
from api.errors import BranchNotFoundError
from api.work import LONG_TEXT, WorkPool
from knowledge.regions.coordinates import Coordinates
from knowledge.understanding.places.spots import Spot, Unclear, middle_of, read_spot

# How long an import of another process may stay unseen.
CHECK_EVERY_S = 0.5
STALE_DAYS = 180
COVERAGE_SIZE = LONG_TEXT + 1  # a whole country takes as long as a long text


class BranchService:
    """The registry with its index; :meth:`load` at start, :meth:`refresh` before a search."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        work: WorkPool,
        *,
        geocoder: Geocoder | None = None,
        stale_days: int = STALE_DAYS,
    ) -> None:
        self._database, self._now, self._stale_days = database, now, stale_days
        self._work = work
        self._finder = PlaceFinder(database, work, geocoder)
        self._directory = Directory.of([], -1)
        self._coverage = CoverageReports()
        self._checked_at = 0.0
        self._changing = asyncio.Lock()

    async def load(self) -> None:
        """Take over what the registry holds now."""
        async with self._changing:
            await self._catch_up()

    async def refresh(self) -> None:
        """Take over what any process imported, looked up twice a second at most.

        While one request takes changes over, the others are answered from before them.
        """
        if time.monotonic() - self._checked_at >= CHECK_EVERY_S and not self._changing.locked():
            await self.load()

    async def is_empty(self) -> bool:
        """Whether the registry holds no branch."""
        async with self._database.reading() as session:
            return await BranchRepository(session).count() == 0

    async def get(self, branch_id: str) -> BranchView:
        """One branch, in whatever state.

        Raises:
            BranchNotFoundError: there is none.
        """
        async with self._database.reading() as session:
            facts = await BranchRepository(session).get(branch_id)
        if facts is None:
            raise BranchNotFoundError("no such branch")
        return BranchView(**view_fields(facts, self._moment(None)))

    async def recommends(self, branch: BranchView) -> bool:
        """Whether a branch is more than a sample, or samples are all there is."""
        async with self._database.reading() as session:
            return not (branch.is_sample and await BranchRepository(session).has_real())

    async def history(self, branch_id: str) -> list[BranchChange]:
        """What imports did to a branch, oldest first.

        Raises:
            BranchNotFoundError: there is none.
        """
        async with self._database.reading() as session:
            repository = BranchRepository(session)
            if await repository.get(branch_id) is None:
                raise BranchNotFoundError("no such branch")
            rows = await repository.history(branch_id)
        return [
            BranchChange(changed_at=row.changed_at, file=row.file, fields=row.fields)
            for row in rows
        ]

    def near_point(
        self, point: Coordinates, *, limit: int, selection: Selection | None = None
    ) -> NearestBranches:
        """The branches nearest to a position in China that may be recommended."""
        if not is_in_china(point):
            return NearestBranches(outcome="outside_china")
        selection, here = selection or Selection(), to_wgs84(point)
        found = self._directory.nearest(here.lat, here.lon, limit=limit, selection=selection)
        moment = self._moment(selection.open_at)
        branches = [
            BranchDistance(**view_fields(facts, moment), distance_m=round(metres, 1))
            for facts, metres in found
        ]
        return NearestBranches(
            outcome="found" if branches else "no_branches", origin=here, branches=branches
        )

    async def near_place(
        self, words: str, *, region: str | None, limit: int, selection: Selection
    ) -> NearestBranches:
        """The branches nearest to a place named in words; ``region`` says where it may lie."""
        place = await self._finder.find(words, region)
        if isinstance(place, Unclear):
            return NearestBranches(
                outcome=place.outcome,
                place=place.name,
                unresolved=place.landmark,
                candidates=_candidates(place),
            )
        found = self._near(place, limit=limit, selection=selection)
        gone = await self.get(place.gone) if place.gone else None
        return found.model_copy(update={"gone": gone})

    def near_division(self, region: str, *, limit: int, selection: Selection) -> NearestBranches:
        """The branches nearest to the middle of a division."""
        return self._near(middle_of(region), limit=limit, selection=selection)

    def map_view(self, box: MapBox, *, zoom: int, selection: Selection, limit: int) -> MapView:
        """What a part of the map holds."""
        return view_of(
            self._directory,
            box,
            zoom=zoom,
            selection=selection,
            limit=limit,
            moment=self._moment(selection.open_at),
        )

    async def matches(self, words: str, *, limit: int) -> BranchMatches:
        """Branches and places that words typed so far may mean; asks no geocoder."""
        async with self._database.reading() as session:
            found = await BranchRepository(session).matching(words.split(), limit=limit)
        moment = self._moment(None)
        return BranchMatches(
            branches=[BranchView(**view_fields(facts, moment)) for facts in found],
            places=await self._work.run(lambda: _suggestions(words), size=len(words)),
        )

    async def coverage(
        self, region: str, *, within_m: float, limit: int, selection: Selection
    ) -> Coverage:
        """Centres of a region without a branch nearby."""
        directory = self._directory
        return await self._work.run(
            lambda: self._coverage.cover(
                directory, region, within_m=within_m, selection=selection, limit=limit
            ),
            size=COVERAGE_SIZE,
        )

    def _near(self, place: Spot, *, limit: int, selection: Selection) -> NearestBranches:
        if place.centre is None:
            return NearestBranches(outcome="unknown_place", place=place.name)
        found = self.near_point(place.centre, limit=limit, selection=selection)
        told = {
            "place": place.name,
            "place_kind": place.kind,
            "measured_from": place.measured_from,
            "unresolved": place.landmark,
            "approximate": place.measured_from not in ("branch", "address"),
        }
        return found.model_copy(update=told)

    def _moment(self, arrival: datetime | None) -> Moment:
        return Moment.of(self._now(), arrival=arrival, stale_days=self._stale_days)

    async def _catch_up(self) -> None:
        self._checked_at = time.monotonic()
        directory = self._directory
        async with self._database.reading(within_s=None) as session:
            repository = BranchRepository(session)
            revision = await repository.revision()
            if revision == directory.revision:
                return
            has_real = await repository.has_real()
            # Samples leave as soon as there is anything real: only then all is read anew.
            is_anew = directory.revision < 0 or (directory.has_samples and has_real)
            since = -1 if is_anew else directory.revision
            changed = await repository.changed_since(since, with_samples=not has_real)
        # By code points, which is not how every database sorts.
        changed.sort()
        self._directory = await to_thread.run_sync(
            Directory.of if is_anew else directory.with_changes, changed, revision
        )


def _candidates(place: Unclear) -> list[PlaceCandidate]:
    return [PlaceCandidate(code=c.code, full_name=c.full_name) for c in place.candidates]


def _suggestions(words: str) -> list[PlaceSuggestion]:
    """The places that words typed so far may name."""
    place = read_spot(words)
    if isinstance(place, Spot):
        return [PlaceSuggestion(name=place.name + (place.landmark or ""), region=place.region)]
    return [PlaceSuggestion(name=c.full_name, region=c.code) for c in place.candidates]
