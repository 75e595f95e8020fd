"""What is searched of recommendable branches, as arrays: one place per branch."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from api.branches.facts import BranchFacts, Packed, columns_of, services_of
from api.branches.vocabulary import known_codes
from api.contract.branches import BranchState
from api.contract.crs import to_wgs84_arrays

OPEN = BranchState.OPEN.value
Item = TypeVar("Item")
Cell = TypeVar("Cell", bound=np.generic)


@dataclass(frozen=True, slots=True)
class Words:
    """Texts that many branches share, each kept once; grows, never changes."""

    texts: list[str] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        """The place of a text, a new one if need be."""
        number = self.numbers.setdefault(text, len(self.texts))
        if number == len(self.texts):
            self.texts.append(text)
        return number


@dataclass(frozen=True, slots=True)
class BranchArrays:
    """Branches in the order of their ids; ``offers``, ``hours``, ``banks`` are numbers of texts.

    ``lats`` and ``lons`` in WGS-84 degrees. An offer is the services as they are stored.
    """

    ids: list[str]
    packed: list[bytes]
    lats: NDArray[np.float64]
    lons: NDArray[np.float64]
    regions: NDArray[np.int32]
    offers: NDArray[np.int32]
    hours: NDArray[np.int32]
    banks: NDArray[np.int32]
    are_samples: NDArray[np.bool_]
    offer_words: Words
    hour_words: Words
    bank_words: Words

    @classmethod
    def of(
        cls,
        branches: Iterable[Packed],
        offers: Words | None = None,
        hours: Words | None = None,
        banks: Words | None = None,
    ) -> "BranchArrays":
        """Those of the branches, sorted by id, that may be recommended.

        They are open, on the map, and known to do something for these loans.
        """
        offers, hours, banks = offers or Words(), hours or Words(), banks or Words()
        ids: list[str] = []
        packed: list[bytes] = []
        points: list[tuple[float, float, str]] = []
        numbers: list[tuple[int, int, int, int, bool]] = []
        for branch_id, columns in branches:
            b = BranchFacts._make(columns_of(columns))
            if b.lat is None or b.lon is None or b.crs is None or b.state != OPEN:
                continue
            services = str(b.services)
            if not _serves(services):
                continue
            ids.append(branch_id)
            packed.append(columns)
            points.append((b.lat, b.lon, b.crs))
            offer, hour = offers.number(services), hours.number(b.hours or "")
            numbers.append((int(b.region), offer, hour, banks.number(b.bank), b.is_sample))
        lats, lons = to_wgs84_arrays(points)
        table = np.array(numbers, np.int32).reshape(-1, 5).T.copy()
        regions, offer_of, hours_of, bank_of, samples = table
        return cls(
            ids,
            packed,
            lats,
            lons,
            regions,
            offer_of,
            hours_of,
            bank_of,
            samples.astype(bool),
            offers,
            hours,
            banks,
        )

    def number_of(self, branch_id: str) -> int | None:
        """The place of a branch, if it is here."""
        number = bisect_left(self.ids, branch_id)
        is_here = number < len(self.ids) and self.ids[number] == branch_id
        return number if is_here else None

    def with_changes(self, changed: Sequence[Packed]) -> "BranchArrays":
        """The next arrays, with branches (sorted by id) replaced, added or gone."""
        ids, packed = self.ids.copy(), self.packed.copy()
        gone = [n for branch_id, _ in changed if (n := self.number_of(branch_id)) is not None]
        for n in reversed(gone):
            del ids[n], packed[n]
        new = BranchArrays.of(changed, self.offer_words, self.hour_words, self.bank_words)
        places = [bisect_left(ids, branch_id) for branch_id in new.ids]

        def column(old: NDArray[Cell], added: NDArray[Cell]) -> NDArray[Cell]:
            return np.insert(np.delete(old, gone), places, added)

        return BranchArrays(
            _merged(ids, new.ids, places),
            _merged(packed, new.packed, places),
            column(self.lats, new.lats),
            column(self.lons, new.lons),
            column(self.regions, new.regions),
            column(self.offers, new.offers),
            column(self.hours, new.hours),
            column(self.banks, new.banks),
            column(self.are_samples, new.are_samples),
            self.offer_words,
            self.hour_words,
            self.bank_words,
        )


@lru_cache(maxsize=4096)
def _serves(stored: str) -> bool:
    """Whether any of the services is one for these loans."""
    return bool(known_codes(services_of(stored)))


def _merged(old: list[Item], new: list[Item], places: list[int]) -> list[Item]:
    """``new[i]`` before ``old[places[i]]``; places ascend."""
    merged: list[Item] = []
    begin = 0
    for place, item in zip(places, new, strict=True):
        merged += old[begin:place]
        merged.append(item)
        begin = place
    return merged + old[begin:]
