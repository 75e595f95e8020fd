"""Wire models of the branch registry."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, Field

from api.contract.ids import BranchId
from knowledge.regions.coordinates import Coordinates
from knowledge.understanding.places.spots import PlaceKind


class BranchState(StrEnum):
    """Whether people still find the branch at its address."""

    OPEN = "open"
    CLOSED = "closed"
    MOVED = "moved"


class ApplicantKind(StrEnum):
    """Who applies; a branch need not handle both."""

    PERSONAL = "personal"
    ENTERPRISE = "enterprise"


class NavigationLinks(BaseModel):
    """Addresses that open a map app with the branch as destination."""

    amap: str
    baidu: str
    tencent: str
    apple: str


class BranchView(BaseModel):
    """A branch as an applicant sees it; unknown fields are null, never made up."""

    id: BranchId
    bank: str
    name: str
    address: str
    region: str = Field(description="adcode of the county")
    coordinates: Coordinates | None = Field(description="in WGS-84")
    phone: str | None
    hours: str | None = Field(description="OSM opening_hours syntax")
    hours_text: str | None
    today_text: str | None = Field(
        default=None, description="today's hours in China, 休息 when closed; null when not known"
    )
    open_now: bool | None
    next_opening: str | None = Field(
        default=None, description="next certain opening in China's time, MM-DD HH:MM"
    )
    services: list[str] = Field(description="as people read them, in Chinese")
    service_codes: list[str] = Field(
        default=[], description="codes of the services that the vocabulary knows, such as personal"
    )
    state: BranchState = BranchState.OPEN
    moved_to: BranchId | None = Field(default=None, description="id of the branch it moved to")
    data_date: date
    is_stale: bool = Field(
        default=False, description="the data are older than the operator's limit: call first"
    )
    source: str
    is_sample: bool = Field(description="invented for demonstration (演示)")
    navigation: NavigationLinks | None = None


class BranchChange(BaseModel):
    """What one import did to a branch."""

    changed_at: datetime
    file: str
    fields: dict[str, tuple[Any, Any]] = Field(
        description="field → before and after; empty when the branch was new"
    )


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
    ``candidates``, none when there are too many to list (ask for the county);
    ``unknown_place`` and ``outside_china`` ask for another place; ``no_branches`` means
    the registry holds none for the request.
    """

    outcome: Literal["found", "no_branches", "unknown_place", "ambiguous_place", "outside_china"]
    place: str | None = None
    place_kind: PlaceKind | None = Field(
        default=None, description="what the words name, as exactly as it was recognised"
    )
    measured_from: PlaceKind | None = Field(
        default=None,
        description="whose middle the distances start from; null for a position. A town or "
        "county whose coordinates are not known is measured from what it lies in",
    )
    unresolved: str | None = Field(
        default=None,
        description="a street or landmark in the words that could not be placed",
        examples=["太白楼路"],
    )
    approximate: bool = Field(
        default=False, description="measured from the middle of the place named, not a position"
    )
    gone: BranchView | None = Field(
        default=None,
        description="the branch that the words name, when it has closed or moved: the search "
        "starts where it was",
    )
    candidates: list[PlaceCandidate] = []
    origin: Coordinates | None = Field(
        default=None, description="where the distances start from, in WGS-84; null when nowhere"
    )
    branches: list[BranchDistance] = []


class UncoveredCentre(BaseModel):
    """A centre that has no branch within the distance asked about."""

    kind: Literal["town", "county"]
    name: str
    region: str = Field(description="adcode of the county, or of the city where there is none")
    full_name: str
    coordinates: Coordinates = Field(description="in WGS-84")
    nearest_branch: BranchId | None = Field(description="id of the nearest branch that serves")
    nearest_name: str | None
    distance_m: float | None


class Coverage(BaseModel):
    """Which centres of a region have no branch nearby."""

    region: str
    full_name: str
    within_m: float
    centres_text: str = Field(description="in Chinese: what the centres are and are not")
    towns_checked: int
    counties_checked: int
    towns_without_coordinates: int = Field(
        description="towns of the region that could not be checked"
    )
    uncovered_count: int
    uncovered: list[UncoveredCentre] = Field(
        description="farthest from any branch first, at most `limit`"
    )
