"""Wire models of the branch registry."""

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from api.contract.geo import Coordinates


class NavigationLinks(BaseModel):
    """Addresses that open a map app with the branch as destination."""

    amap: str
    baidu: str
    tencent: str
    apple: str


class BranchView(BaseModel):
    """A branch as an applicant sees it; unknown fields are null, never made up."""

    id: str
    bank: str
    name: str
    address: str
    region: str = Field(description="adcode of the county")
    coordinates: Coordinates | None = Field(description="in WGS-84")
    phone: str | None
    hours: str | None = Field(description="OSM opening_hours syntax")
    hours_text: str | None
    open_now: bool | None
    next_opening: str | None = None
    services: list[str]
    data_date: date
    source: str
    is_sample: bool = Field(description="invented for demonstration (演示)")
    navigation: NavigationLinks | None = None


class BranchDistance(BranchView):
    """A branch with its distance."""

    distance_m: float


class PlaceCandidate(BaseModel):
    """A place that a name may mean."""

    code: str
    full_name: str


class NearestBranches(BaseModel):
    """Answer to a search: nearest first.

    ``outcome`` says why the list may be empty: ``ambiguous_place`` carries
    ``candidates``; ``unknown_place`` and ``outside_china`` ask for another place;
    ``no_branches`` means the registry holds none for the request.
    """

    outcome: Literal["found", "no_branches", "unknown_place", "ambiguous_place", "outside_china"]
    place: str | None = None
    approximate: bool = Field(
        default=False, description="measured from the middle of the place named, not a position"
    )
    candidates: list[PlaceCandidate] = []
    branches: list[BranchDistance] = []
