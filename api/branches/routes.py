"""Routes of branches."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from pydantic import Field

from api.branches.directory import Selection
from api.branches.service import BranchService
from api.contract.branches import (
    ApplicantKind,
    BranchChange,
    BranchView,
    Coverage,
    NearestBranches,
)
from api.contract.ids import BranchId
from api.contract.problem import Problem
from api.errors import PlaceMissingError
from api.services import part_of
from api.work import OVERLOADED
from knowledge.kit.clock import CHINA
from knowledge.kit.wire import Moment, QueryModel
from knowledge.regions.coordinates import Coordinates, Crs
from knowledge.understanding.places import resolve_region

router = APIRouter(prefix="/v1/branches", tags=["branches"])


async def service_of(request: Request) -> BranchService:
    """The service of this process, up to date with the registry."""
    service = part_of(request, BranchService)
    await service.refresh()
    return service


def in_china(moment: datetime | None) -> datetime | None:
    """A moment without a zone is meant by China's clock."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=CHINA)


Service = Annotated[BranchService, Depends(service_of)]
Kind = Annotated[ApplicantKind | None, Query(description="who applies: only branches for them")]
ServiceName = Annotated[
    str | None,
    Query(
        alias="service",
        max_length=60,
        description="code or name of a service",
        examples=["township_point"],
    ),
]
BankName = Annotated[
    str | None,
    Query(max_length=100, description="the bank's name as the registry has it"),
]
OpenAt = Annotated[
    Moment | None,
    Query(description="leaves out what is known to be closed then; without zone, China's time"),
]


class NearestQuery(QueryModel):
    """Where and what to look for; one model is read quicker than ten parameters."""

    lat: float | None = Field(default=None, ge=-90, le=90, examples=[35.4149])
    lon: float | None = Field(default=None, ge=-180, le=180, examples=[116.5873])
    crs: Crs = Crs.WGS84
    place: str | None = Field(default=None, max_length=200, examples=["兖州新世纪广场"])
    region: str | None = Field(
        default=None,
        max_length=60,
        description="with `place`, where it may lie; else, only branches of that division",
    )
    within: str | None = Field(
        default=None,
        max_length=60,
        description="only branches of that division, wherever the search starts, such as the "
        "county of the business",
    )
    limit: int = Field(default=3, ge=1, le=50)
    kind: ApplicantKind | None = Field(
        default=None, description="who applies: only branches for them"
    )
    service: str | None = Field(
        default=None,
        max_length=60,
        description="code or name of a service",
        examples=["township_point"],
    )
    bank: str | None = Field(
        default=None, max_length=100, description="the bank's name as the registry has it"
    )
    open_at: Moment | None = Field(
        default=None,
        description="leaves out what is known to be closed then; without zone, China's time",
    )


NOT_FOUND = {"model": Problem, "description": "No such branch"}


@router.get(
    "/nearest",
    summary="Branches near a position or a place",
    responses={
        422: {"model": Problem, "description": "Neither position nor place, or unknown"},
        **OVERLOADED,
    },
)
async def list_nearest(
    service: Service, asked: Annotated[NearestQuery, Query()]
) -> NearestBranches:
    """Nearest first, `distance_m` in metres along the great circle; only open branches."""
    open_at = in_china(asked.open_at)
    code = resolve_region(asked.region) if asked.region else None
    only = resolve_region(asked.within) if asked.within else None
    anywhere = Selection(asked.kind, asked.service, only, open_at, asked.bank)
    inside = replace(anywhere, region=only or code)
    limit = asked.limit
    if asked.lat is not None and asked.lon is not None:
        point = Coordinates(lat=asked.lat, lon=asked.lon, crs=asked.crs)
        return service.near_point(point, limit=limit, selection=inside)
    if asked.place:
        return await service.near_place(asked.place, region=code, limit=limit, selection=anywhere)
    if code:
        return service.near_division(code, limit=limit, selection=inside)
    raise PlaceMissingError("neither position nor place")


@router.get(
    "/coverage",
    summary="Centres of a region without a branch nearby",
    responses={422: {"model": Problem, "description": "Unknown region"}, **OVERLOADED},
)
async def show_coverage(
    service: Service,
    region: Annotated[str, Query(max_length=60, examples=["370800"])],
    within_m: Annotated[float, Query(gt=0, le=500_000)] = 5000,
    limit: Annotated[int, Query(ge=0, le=2000)] = 200,
    kind: Kind = None,
    service_name: ServiceName = None,
) -> Coverage:
    """County seats and townships against the nearest branch, whichever county that is in."""
    selection = Selection(kind, service_name)
    code = resolve_region(region)
    return await service.coverage(code, within_m=within_m, limit=limit, selection=selection)


@router.get("/{branch_id}", summary="One branch", responses={404: NOT_FOUND})
async def get_branch(branch_id: BranchId, service: Service) -> BranchView:
    """What the registry knows of it, closed or moved too; unknown fields are null."""
    return await service.get(branch_id)


@router.get("/{branch_id}/changes", summary="What changed of a branch", responses={404: NOT_FOUND})
async def list_changes(branch_id: BranchId, service: Service) -> list[BranchChange]:
    """Each import that touched it, oldest first."""
    return await service.history(branch_id)
