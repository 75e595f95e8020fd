"""Routes of branches."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from api.branches.service import BranchService
from api.contract.branches import BranchView, NearestBranches
from api.contract.geo import Coordinates, Crs
from api.contract.problem import Problem
from api.errors import PlaceMissingError
from knowledge.kit.clock import CHINA
from knowledge.understanding.places import resolve_region

router = APIRouter(prefix="/v1/branches", tags=["branches"])


def service_of(request: Request) -> BranchService:
    """The service of this process."""
    service: BranchService = request.app.state.branches
    return service


Service = Annotated[BranchService, Depends(service_of)]


@router.get(
    "/nearest",
    summary="Branches near a position or a place",
    responses={422: {"model": Problem, "description": "Neither position nor place, or unknown"}},
)
async def list_nearest(
    service: Service,
    lat: Annotated[float | None, Query(ge=-90, le=90, examples=[35.4149])] = None,
    lon: Annotated[float | None, Query(ge=-180, le=180, examples=[116.5873])] = None,
    crs: Crs = Crs.WGS84,
    place: Annotated[str | None, Query(max_length=200, examples=["兖州新世纪广场"])] = None,
    region: Annotated[str | None, Query(max_length=60)] = None,
    limit: Annotated[int, Query(ge=1, le=10)] = 3,
    service_name: Annotated[str | None, Query(alias="service", max_length=60)] = None,
    open_at: datetime | None = None,
) -> NearestBranches:
    """Nearest first, `distance_m` in metres. A time without zone is China's."""
    if open_at is not None and open_at.tzinfo is None:
        open_at = open_at.replace(tzinfo=CHINA)
    code = resolve_region(region) if region else None
    if lat is not None and lon is not None:
        point = Coordinates(lat=lat, lon=lon, crs=crs)
        return service.near_point(point, limit=limit, service=service_name, open_at=open_at)
    words = place or region
    if not words:
        raise PlaceMissingError("neither position nor place")
    return service.near_place(
        words, region=code, limit=limit, service=service_name, open_at=open_at
    )


@router.get(
    "/{branch_id}",
    summary="One branch",
    responses={404: {"model": Problem, "description": "No such branch"}},
)
async def get_branch(branch_id: str, service: Service) -> BranchView:
    """What the registry knows of it; unknown fields are null."""
    return await service.get(branch_id)
