"""Which centres of a region have no branch nearby."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from api.branches.directory import Directory, Selection, adcode_range
from api.branches.vocabulary import service_code
from api.contract.branches import Coverage, UncoveredCentre
from api.contract.crs import to_wgs84
from api.texts import coverage_text
from knowledge.documents import NATION
from knowledge.regions.coordinates import Coordinates, Crs
from knowledge.regions.divisions import divisions
from knowledge.regions.gazetteer import towns_within

NOBODY = -1


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a county or township, in WGS-84."""

    kind: Literal["town", "county"]
    name: str
    region: str
    full_name: str
    point: Coordinates


@dataclass(frozen=True, slots=True)
class Nearest:
    """Of each centre of a province the nearest branch, and how far it is: two arrays of (n,)."""

    numbers: NDArray[np.int32]
    metres: NDArray[np.float64]


class CoverageReports:
    """Reports from searches that are made once for a province and kept until branches change.

    The country has 15 000 centres, seconds of searching. Selections that nobody fits are not
    searched for, so that what is kept, and what anybody can make this process reckon, is
    bounded by the services that the registry holds.
    """

    def __init__(self) -> None:
        self._reckoning = Lock()
        self._revision: int | None = None
        self._known: dict[tuple[str | None, ...], Nearest] = {}

    def cover(
        self,
        directory: Directory,
        region: str,
        *,
        within_m: float,
        selection: Selection,
        limit: int,
    ) -> Coverage:
        """Each centre of a region against the nearest branch that fits, wherever that lies."""
        low, high = adcode_range(region)
        checked = {"town": 0, "county": 0}
        uncovered: list[tuple[float, Centre, int]] = []
        for province in _provinces(region):
            near = self._nearest(directory, province, selection)
            found = zip(_centres(province), near.metres, near.numbers, strict=True)
            for centre, metres, number in found:
                if low <= centre.region <= high:
                    checked[centre.kind] += 1
                    if metres > within_m:
                        uncovered.append((float(metres), centre, int(number)))
        uncovered.sort(key=lambda one: (-one[0], one[1].region, one[1].name))
        return Coverage(
            region=region,
            full_name=divisions().full_name(region),
            within_m=within_m,
            centres_text=coverage_text(),
            towns_checked=checked["town"],
            counties_checked=checked["county"],
            towns_without_coordinates=sum(t.point is None for t in towns_within(low, high)),
            uncovered_count=len(uncovered),
            uncovered=[_view(directory, *one) for one in uncovered[:limit]],
        )

    def _nearest(self, directory: Directory, province: str, selection: Selection) -> Nearest:
        if not directory.has_any(selection):
            return _nobody(len(_centres(province)))
        service = selection.service and (service_code(selection.service) or selection.service)
        key = (province, selection.kind, service)
        with self._reckoning:
            if directory.revision != self._revision:
                self._revision, self._known = directory.revision, {}
            if key not in self._known:
                self._known[key] = _search(directory, province, selection)
            return self._known[key]


def _search(directory: Directory, province: str, selection: Selection) -> Nearest:
    near = _nobody(len(_centres(province)))
    for position, centre in enumerate(_centres(province)):
        point = centre.point
        found = directory.nearest_numbers(point.lat, point.lon, limit=1, selection=selection)
        if found:
            near.numbers[position], near.metres[position] = found[0]
    return near


def _nobody(count: int) -> Nearest:
    return Nearest(np.full(count, NOBODY, np.int32), np.full(count, np.inf))


def _view(directory: Directory, metres: float, centre: Centre, number: int) -> UncoveredCentre:
    branch = None if number == NOBODY else directory.facts(number)
    return UncoveredCentre(
        kind=centre.kind,
        name=centre.name,
        region=centre.region,
        full_name=centre.full_name,
        coordinates=centre.point,
        nearest_branch=branch.id if branch else None,
        nearest_name=branch.name if branch else None,
        distance_m=round(metres, 1) if branch else None,
    )


def _provinces(region: str) -> list[str]:
    if region != NATION:
        return [f"{region[:2]}0000"]
    return [division.code for division in divisions() if division.level == "province"]


@cache
def _centres(province: str) -> tuple[Centre, ...]:
    return tuple(_read_centres(*adcode_range(province)))


def _read_centres(low: str, high: str) -> Iterator[Centre]:
    for division in divisions():
        is_inside = division.level == "county" and low <= division.code <= high
        if is_inside and division.lat is not None and division.lon is not None:
            point = to_wgs84(Coordinates(lat=division.lat, lon=division.lon, crs=Crs.GCJ02))
            full_name = divisions().full_name(division.code)
            yield Centre("county", division.name, division.code, full_name, point)
    for town in towns_within(low, high):
        if town.point is not None:
            yield Centre("town", town.name, town.region, town.full_name, town.point)
