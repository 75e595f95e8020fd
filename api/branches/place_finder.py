"""From words to a point: the tables first, then the registry, then a geocoder if there is one."""

import logging
from dataclasses import replace

from api.branches.directory import adcode_range
from api.branches.errors import GeocoderError
from api.branches.facts import BranchFacts
from api.branches.geocoders import Geocoder
from api.branches.repository import BranchRepository
from api.branches.territory import is_in_china
from api.db.engine import Database
from api.work import WorkPool
from knowledge.documents import NATION
from knowledge.understanding.places.branch_names import branch_name
from knowledge.understanding.places.spots import Candidate, Spot, Unclear, middle_of, read_spot

log = logging.getLogger(__name__)
MOST = 8


class PlaceFinder:
    """Finds the place that words name."""

    def __init__(
        self, database: Database, work: WorkPool, geocoder: Geocoder | None = None
    ) -> None:
        self._database, self._work, self._geocoder = database, work, geocoder

    async def find(self, words: str, region: str | None) -> Spot | Unclear:
        """The place, or what is unclear about it."""
        place = await self._work.run(lambda: read_spot(words, region), size=len(words))
        if branch := await self._branch_named(words, place, region):
            return branch
        if isinstance(place, Unclear) or place.landmark is None:
            return place
        return await self._on_street(place) or await self._geocoded(place) or place

    async def _branch_named(
        self, words: str, place: Spot | Unclear, region: str | None
    ) -> Spot | Unclear | None:
        name = branch_name(words)
        if name is None:
            return None
        near = place.region if isinstance(place, Spot) else region or NATION
        async with self._database.reading() as session:
            repository = BranchRepository(session)
            for within in dict.fromkeys((near, NATION)):
                branches = await repository.named(name, *adcode_range(within), limit=MOST)
                if branches:
                    break
            gone = None if branches else await repository.gone(name)
        if gone:
            return _where_it_was(gone)
        exact = [branch for branch in branches if branch.name == name] or branches
        if len(exact) == 1:
            return _at(exact[0])
        if not exact or isinstance(place, Spot):
            return None
        listed = tuple(Candidate(code=b.region, full_name=b.name) for b in exact)
        return Unclear("ambiguous_place", name, candidates=listed)

    async def _on_street(self, place: Spot) -> Spot | None:
        """Where a branch of that county says in its address that it is there."""
        if not place.landmark or place.kind in ("province", "city"):
            return None
        async with self._database.reading() as session:
            branches = await BranchRepository(session).addressed(
                place.landmark, *adcode_range(place.region), limit=MOST
            )
        if not branches:
            return None
        there = sorted(branches, key=lambda b: (b.lat or 0, b.lon or 0))[len(branches) // 2]
        return replace(
            place,
            name=place.name + place.landmark,
            kind="address",
            measured_from="address",
            centre=there.point,
            landmark=None,
        )

    async def _geocoded(self, place: Spot) -> Spot | None:
        if self._geocoder is None or not place.landmark:
            return None
        try:
            point = await self._geocoder.locate(place.name + place.landmark)
        except GeocoderError as error:
            log.warning("geocoder failed: %s", error)
            return None
        if point is None or not is_in_china(point):
            return None
        return replace(
            place,
            name=place.name + place.landmark,
            kind="address",
            measured_from="address",
            centre=point,
            landmark=None,
        )


def _where_it_was(branch: BranchFacts) -> Spot:
    if branch.point is None:
        return replace(middle_of(branch.region), name=branch.name, kind="branch", gone=branch.id)
    return replace(_at(branch), gone=branch.id)


def _at(branch: BranchFacts) -> Spot:
    return Spot(branch.name, branch.region, "branch", "branch", branch.point)
