"""Routes of the map of branches and of the search as one types."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.branches.backdrop import land_outline, places_in
from api.branches.directory import Selection
from api.branches.routes import BankName, Kind, OpenAt, Service, ServiceName, in_china
from api.contract.branch_map import BranchMatches, LandOutline, MapBox, MapPlaces, MapView
from api.contract.problem import Problem
from api.errors import BoxInvalidError, SearchEmptyError
from api.work import OVERLOADED, Work

router = APIRouter(prefix="/v1/branches", tags=["branches"])
DAY_S = 86_400


def box_of(box: Annotated[MapBox, Query()]) -> MapBox:
    """The part of the map asked about.

    Raises:
        BoxInvalidError: its edges are the wrong way round.
    """
    if box.south > box.north or box.west > box.east:
        raise BoxInvalidError("edges the wrong way round")
    return box


Box = Annotated[MapBox, Depends(box_of)]
Zoom = Annotated[
    int,
    Query(ge=0, le=22, examples=[10], description="as tile maps count: 256 · 2^zoom pixels around"),
]
BAD_BOX: dict[int | str, dict[str, Any]] = {
    422: {"model": Problem, "description": "Edges missing or the wrong way round"}
}


@router.get("/map", summary="Branches in a part of the map", responses=BAD_BOX)
async def show_map(
    service: Service,
    box: Box,
    zoom: Zoom,
    kind: Kind = None,
    service_name: ServiceName = None,
    bank: BankName = None,
    open_at: OpenAt = None,
    limit: Annotated[int, Query(ge=0, le=100, description="of branches in full")] = 50,
) -> MapView:
    """Every open branch of the box is in one cluster; at most 1 681 clusters.

    A cluster is what a cell of 64 pixels holds at that zoom, of more pixels where the box
    is larger than 40 cells. Branches without coordinates are on no map: search by name.
    """
    selection = Selection(kind, service_name, None, in_china(open_at), bank)
    return service.map_view(box, zoom=zoom, selection=selection, limit=limit)


@router.get(
    "/map/places", summary="Names to find one's way by", responses={**BAD_BOX, **OVERLOADED}
)
async def list_places(box: Box, zoom: Zoom, work: Work) -> MapPlaces:
    """Middles of divisions and townships, as many as have room beside each other."""
    return await work.run(lambda: places_in(box, zoom))


@router.get("/map/land", summary="A backdrop without tiles", responses=OVERLOADED)
async def show_land(response: Response, work: Work) -> LandOutline:
    """Made from the cells by which positions abroad are told; not a map of borders."""
    outline = await work.run(land_outline)
    response.headers["Cache-Control"] = f"public, max-age={DAY_S}"
    return outline


@router.get(
    "/search",
    summary="Branches and places by words typed so far",
    responses={422: {"model": Problem, "description": "Nothing to look for"}, **OVERLOADED},
)
async def search(
    service: Service,
    q: Annotated[
        str, Query(max_length=100, examples=["任城 农商"], json_schema_extra={"pattern": r"\S"})
    ],
    limit: Annotated[int, Query(ge=1, le=50)] = 8,
) -> BranchMatches:
    """Closed and moved branches too, and those that are on no map; no geocoder is asked."""
    if not q.strip():
        raise SearchEmptyError("nothing to look for")
    return await service.matches(q, limit=limit)
