"""Wire models of the map of branches; every coordinate in WGS-84 degrees."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from api.contract.branches import BranchView
from api.contract.ids import BranchId
from knowledge.kit.wire import QueryModel

Position = Annotated[list[float], Field(min_length=2, max_length=2)]


class MapBox(QueryModel, frozen=True):
    """A part of the map between two parallels and two meridians, its edges included."""

    south: float = Field(ge=-90, le=90, examples=[35.3])
    west: float = Field(ge=-180, le=180, examples=[116.4])
    north: float = Field(ge=-90, le=90, examples=[35.6])
    east: float = Field(ge=-180, le=180, examples=[116.9])


class MapCluster(BaseModel):
    """Branches that would lie on top of each other at that zoom, at their middle."""

    lat: float
    lon: float
    count: int
    branch_id: BranchId | None = Field(default=None, description="of a branch that stands alone")
    name: str | None = Field(default=None, description="of a branch that stands alone")


class BankCount(BaseModel):
    """A bank and how many of its branches are in view."""

    bank: str
    count: int


class MapView(BaseModel):
    """What a part of the map holds; the counts of ``clusters`` add up to ``total``."""

    total: int = Field(description="branches within the box that fit the request")
    registered: int = Field(description="branches that any box could hold; 0: none imported yet")
    extent: MapBox | None = Field(description="the smallest box around them; null without any")
    clusters: list[MapCluster]
    branches: list[BranchView] = Field(
        description="by bank and name; empty when there are more than `limit`: zoom in"
    )
    banks: list[BankCount] = Field(
        description="banks within the box whatever `bank` says, most branches first, at most 40"
    )


class MapPlace(BaseModel):
    """A name to find one's way by, at the middle of what it names."""

    name: str
    level: Literal["province", "city", "county", "town"]
    lat: float
    lon: float


class MapPlaces(BaseModel):
    """Names within a part of the map, as many as stand beside each other at that zoom."""

    places: list[MapPlace]


class LandOutline(BaseModel):
    """A backdrop that needs no tiles: land to about five kilometres; a GeoJSON geometry.

    It says nothing about where a border runs.
    """

    type: Literal["MultiPolygon"] = "MultiPolygon"
    coordinates: list[list[list[Position]]] = Field(description="polygons of rings of (lon, lat)")


class PlaceSuggestion(BaseModel):
    """A place that the words typed so far name."""

    name: str
    region: str = Field(description="adcode of the county, city or province it lies in")


class BranchMatches(BaseModel):
    """What the words typed so far may mean."""

    branches: list[BranchView] = Field(
        description="whose name or address holds every word, in whatever state; open ones first"
    )
    places: list[PlaceSuggestion] = Field(
        description="from the shipped tables; search near one with `place` and `region`"
    )
