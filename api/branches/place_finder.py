"""From words to a point: the tables first, then the registry, then a geocoder if there is one."""

import logging
import re
from dataclasses import replace

from api.branches.directory import adcode_range
from api.branches.errors import GeocoderError
from api.branches.facts import BranchFacts
from api.branches.geocoders import Geocoder
from api.branches.places import Place, Unclear, middle_of, read_place
from api.branches.repository import BranchRepository
from api.branches.territory import is_in_china
from api.contract.branches import PlaceCandidate
from api.db.engine import Database
from api.work import WorkPool
from knowledge.documents import NATION

log = logging.getLogger(__name__)
_OF_BANKS = re.compile(
    r"[\u4e00-\u9fff]*(?:支行|分行|分理处|营业部|营业所|储蓄所|信用社|服务点|服务站|担保中心)"
)
_BEFORE_NAME = re.compile(r"^.*?(?:我在|俺在|住在|就在|在|离|到|去|找|从)(?=[\u4e00-\u9fff]{4,})")
MOST = 8


class PlaceFinder:
    """Finds the place that words name."""

    def __init__(
        self, database: Database, work: WorkPool, geocoder: Geocoder | None = None
    ) -> None:
        self._database, self._work, self._geocoder = database, work, geocoder

    async def find(self, words: str, region: str | None) -> Place | Unclear:
        """The place, or what is unclear about it."""
        place = await self._work.run(lambda: read_place(words, region), size=len(words))
        if branch := await self._branch_named(words, place, region):
            return branch
        if isinstance(place, Unclear) or place.landmark is None:
            return place
        return await self._on_street(place) or await self._geocoded(place) or place

    async def _branch_named(
        self, words: str, place: Place | Unclear, region: str | None
    ) -> Place | Unclear | None:
        found = _OF_BANKS.search(words)
        if found is None:
            return None
        name = _BEFORE_NAME.sub("", found[0])
        near = place.region if isinstance(place, Place) else region or NATION
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
        if not exact or isinstance(place, Place):
            return None
        listed = tuple(PlaceCandidate(code=b.region, full_name=b.name) for b in exact)
        return Unclear("ambiguous_place", name, candidates=listed)

    async def _on_street(self, place: Place) -> Place | None:
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

    async def _geocoded(self, place: Place) -> Place | None:
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


def _where_it_was(branch: BranchFacts) -> Place:
    if branch.point is None:
        return replace(middle_of(branch.region), name=branch.name, kind="branch", gone=branch.id)
    return replace(_at(branch), gone=branch.id)


def _at(branch: BranchFacts) -> Place:
    return Place(branch.name, branch.region, "branch", "branch", branch.point)
