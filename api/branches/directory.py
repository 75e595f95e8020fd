"""The branches that may be recommended, in memory and ready to be searched.

A directory never changes: a change makes the next one, which takes over between two
searches. It holds open branches with coordinates and a service, in the order of their
ids, so that branches in one spot come out alike in every process.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from api.branches.arrays import BranchArrays
from api.branches.clusters import Cluster, ClusterMap
from api.branches.facts import BranchFacts, Packed, facts_of, services_of
from api.branches.hours import is_open_at
from api.branches.locator import Keep, Locator, Numbers
from api.branches.vocabulary import service_code
from api.contract.branch_map import MapBox
from api.contract.branches import ApplicantKind
from knowledge.documents import NATION

# With fewer than these, looking at each that fits is quicker than widening a block.
FEW = 10_000
FEW_OF_ALL = 0.1
SELECTIONS_KEPT = 24

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Selection:
    """What a branch must be to be recommended.

    ``service`` is a code, a label or another word for a service; ``region`` an adcode,
    which takes in all below it; ``open_at`` leaves out what is known to be closed then;
    ``bank`` is the bank's name as the registry has it.
    """

    kind: ApplicantKind | None = None
    service: str | None = None
    region: str | None = None
    open_at: datetime | None = None
    bank: str | None = None


@dataclass(frozen=True, slots=True)
class Few:
    """Branches that fit, where they are few."""

    numbers: Numbers


def adcode_range(region: str) -> tuple[str, str]:
    """The lowest and the highest adcode of a division and all below it."""
    if region == NATION:
        return "000000", "999999"
    stem = region.removesuffix("00").removesuffix("00") if region.endswith("00") else region
    return region, stem.ljust(6, "9")


class Directory:
    """Recommendable branches as of a revision of the registry."""

    def __init__(self, arrays: BranchArrays, revision: int) -> None:
        self.revision = revision
        self._arrays = arrays
        self._locator = Locator(arrays.lats, arrays.lons)
        self._map = ClusterMap(arrays.lats, arrays.lons)
        self._known: dict[tuple[str | None, ...], Mask | Few] = {}

    def __len__(self) -> int:
        return len(self._arrays.ids)

    @property
    def has_samples(self) -> bool:
        """Whether some of them are invented for demonstration."""
        return bool(self._arrays.are_samples.any())

    @classmethod
    def of(cls, branches: Sequence[Packed], revision: int) -> "Directory":
        """Those of the branches (sorted by id) that may be recommended."""
        return cls(BranchArrays.of(branches), revision)

    def with_changes(self, changed: Sequence[Packed], revision: int) -> "Directory":
        """The next one, with branches (sorted by id) replaced, added or gone."""
        return Directory(self._arrays.with_changes(changed), revision)

    def nearest(
        self, lat: float, lon: float, *, limit: int, selection: Selection
    ) -> list[tuple[BranchFacts, float]]:
        """Branches that fit, nearest first, with metres from a point in WGS-84 degrees."""
        found = self.nearest_numbers(lat, lon, limit=limit, selection=selection)
        return [(self.facts(number), metres) for number, metres in found]

    def nearest_numbers(
        self, lat: float, lon: float, *, limit: int, selection: Selection
    ) -> list[tuple[int, float]]:
        """As :meth:`nearest`, by the numbers of the branches."""
        is_open, fitting = self._openness(selection.open_at), self._fitting(selection)
        if fitting is None:
            return self._locator.nearest(lat, lon, limit=limit, keep=is_open)
        if isinstance(fitting, Few):
            numbers = fitting.numbers
            return self._locator.nearest_among(numbers, lat, lon, limit=limit, keep=is_open)
        keep = _all_of(fitting.__getitem__, is_open)
        return self._locator.nearest(lat, lon, limit=limit, keep=keep)

    def has_any(self, selection: Selection) -> bool:
        """Whether any branch fits, whatever its hours."""
        fitting = self._fitting(selection)
        if fitting is None:
            return len(self) > 0
        return bool(len(fitting.numbers) if isinstance(fitting, Few) else fitting.any())

    def within(self, box: MapBox, selection: Selection) -> Numbers:
        """Numbers of the branches in a box that fit."""
        inside, fitting = self._map.within(box), self._fitting(selection)
        if isinstance(fitting, Few):
            numbers = fitting.numbers[inside[fitting.numbers]]
        else:
            fits = inside if fitting is None else inside & fitting
            numbers = np.flatnonzero(fits).astype(np.int32)
        is_open = self._openness(selection.open_at)
        return numbers if is_open is None else numbers[is_open(numbers)]

    def gathered(self, numbers: Numbers, box: MapBox, zoom: int) -> list[Cluster]:
        """Branches of a box as the clusters of a map at that zoom."""
        return self._map.gathered(numbers, box, zoom)

    def extent(self, numbers: Numbers) -> MapBox | None:
        """The smallest box around some branches."""
        return self._map.extent(numbers)

    def banks(self, numbers: Numbers) -> list[tuple[str, int]]:
        """The banks of some branches and how many each has, most first."""
        counts = np.bincount(self._arrays.banks[numbers])
        texts = self._arrays.bank_words.texts
        held = [(texts[bank], int(counts[bank])) for bank in np.flatnonzero(counts)]
        return sorted(held, key=lambda entry: (-entry[1], entry[0]))

    def facts(self, number: int) -> BranchFacts:
        """What the registry holds of a branch."""
        return facts_of(self._arrays.packed[number])

    def _fitting(self, selection: Selection) -> "Mask | Few | None":
        """Which branches have the service, kind, region and bank; None for all of them."""
        key = (selection.kind, selection.service, selection.region, selection.bank)
        if not any(key):
            return None
        fitting = self._known.get(key)
        if fitting is None:
            mask = self._selected(selection)
            is_few = mask.sum() <= max(FEW, FEW_OF_ALL * len(mask))
            fitting = Few(np.flatnonzero(mask).astype(np.int32)) if is_few else mask
            if len(self._known) >= SELECTIONS_KEPT:
                self._known.clear()
            self._known[key] = fitting
        return fitting

    def _selected(self, selection: Selection) -> Mask:
        arrays, wanted = self._arrays, set()
        if selection.kind:
            wanted.add(selection.kind.value)
        if selection.service:
            wanted.add(service_code(selection.service) or selection.service)
        offers = arrays.offer_words.texts
        suits = np.array([wanted <= set(services_of(offer)) for offer in offers] or [False])
        mask: Mask = suits[arrays.offers] if len(self) else np.empty(0, bool)
        if selection.region:
            low, high = map(int, adcode_range(selection.region))
            mask = mask & (arrays.regions >= low) & (arrays.regions <= high)
        if selection.bank:
            mask = mask & (arrays.banks == arrays.bank_words.numbers.get(selection.bank, -1))
        return mask

    def _openness(self, at: datetime | None) -> Keep | None:
        """Leaves out what is known to be closed; unknown hours stay, and are said to be unknown."""
        if at is None:
            return None
        hours, texts = self._arrays.hours, self._arrays.hour_words.texts
        known: dict[int, bool] = {}
        stays = np.zeros(len(texts), bool)

        def keep(numbers: Numbers) -> Mask:
            kinds = hours[numbers]
            for kind in map(int, np.flatnonzero(np.bincount(kinds))):
                if kind not in known:
                    known[kind] = stays[kind] = is_open_at(texts[kind], at) is not False
            kept: Mask = stays[kinds]
            return kept

        return keep


def _all_of(first: Keep, second: Keep | None) -> Keep:
    if second is None:
        return first

    def keep(numbers: Numbers) -> Mask:
        kept = first(numbers)
        kept[kept] = second(numbers[kept])
        return kept

    return keep
