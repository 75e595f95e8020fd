"""From a place named in words to a point: counties, cities and provinces by name."""

from dataclasses import dataclass

from api.contract.branches import PlaceCandidate
from api.contract.geo import Coordinates, Crs
from knowledge.regions.divisions import divisions
from knowledge.understanding.places import find_places


@dataclass(frozen=True, slots=True)
class Place:
    """A division named in a text, with its centre in GCJ-02."""

    code: str
    name: str
    centre: Coordinates | None


def find_place(text: str, region: str | None) -> Place | list[PlaceCandidate] | None:
    """The place a text names, the places it may mean, or None.

    ``region`` (adcode) is where the person is known to be; it settles ambiguous names.
    """
    mentions = find_places(text, within=region)
    if not mentions:
        return None
    codes = mentions[-1].codes
    if len(codes) > 1:
        return [PlaceCandidate(code=c, full_name=divisions().full_name(c)) for c in codes]
    division = divisions().get(codes[0])
    centre = (
        Coordinates(lat=division.lat, lon=division.lon, crs=Crs.GCJ02)
        if division.lat is not None and division.lon is not None
        else None
    )
    return Place(division.code, divisions().full_name(division.code), centre)
