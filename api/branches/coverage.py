"""Which centres of a region have no branch nearby."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from api.branches.directory import Directory, Selection, adcode_range
from api.branches.gazetteer import towns_within
from api.contract.branches import Coverage, UncoveredCentre
from api.contract.crs import to_wgs84
from api.contract.geo import Coordinates, Crs
from api.texts import coverage_text
from knowledge.regions.divisions import divisions


@dataclass(frozen=True, slots=True)
class Centre:
    """The middle of a county or township, in WGS-84."""

    kind: Literal["town", "county"]
    name: str
    region: str
    full_name: str
    point: Coordinates


def cover(
    directory: Directory, region: str, *, within_m: float, selection: Selection, limit: int
) -> Coverage:
    """Each centre of a region against the nearest branch that fits, wherever that lies."""
    towns = towns_within(*adcode_range(region))
    checked: dict[str, int] = {"town": 0, "county": 0}
    uncovered: list[UncoveredCentre] = []
    for centre in _centres(region):
        checked[centre.kind] += 1
        found = directory.nearest(centre.point.lat, centre.point.lon, limit=1, selection=selection)
        if found and found[0][1] <= within_m:
            continue
        uncovered.append(
            UncoveredCentre(
                kind=centre.kind,
                name=centre.name,
                region=centre.region,
                full_name=centre.full_name,
                coordinates=centre.point,
                nearest_branch=found[0][0].id if found else None,
                nearest_name=found[0][0].name if found else None,
                distance_m=round(found[0][1], 1) if found else None,
            )
        )
    far_first = sorted(uncovered, key=lambda c: (-(c.distance_m or float("inf")), c.region, c.name))
    return Coverage(
        region=region,
        full_name=divisions().full_name(region),
        within_m=within_m,
        centres_text=coverage_text(),
        towns_checked=checked["town"],
        counties_checked=checked["county"],
        towns_without_coordinates=sum(town.point is None for town in towns),
        uncovered_count=len(uncovered),
        uncovered=far_first[:limit],
    )


def _centres(region: str) -> Iterator[Centre]:
    low, high = adcode_range(region)
    for division in divisions():
        is_inside = division.level == "county" and low <= division.code <= high
        if is_inside and division.lat is not None and division.lon is not None:
            point = to_wgs84(Coordinates(lat=division.lat, lon=division.lon, crs=Crs.GCJ02))
            full_name = divisions().full_name(division.code)
            yield Centre("county", division.name, division.code, full_name, point)
    for town in towns_within(low, high):
        if town.point is not None:
            yield Centre("town", town.name, town.region, town.full_name, town.point)
