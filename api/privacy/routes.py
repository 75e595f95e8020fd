"""Routes by which a person, or staff at a person's wish, gets a copy or an erasure."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from api.auth.access import require_service
from api.contract.ids import CopyCode
from api.contract.privacy import CopyLink, PrivacyProof, PrivacyRequest
from api.contract.problem import Problem
from api.contract.staff import StaffView
from api.privacy.service import APPLICANT, PrivacyService

PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem, "description": "No token"},
    403: {"model": Problem, "description": "The token does not open this"},
    404: {"model": Problem, "description": "No such thing"},
    409: {"model": Problem, "description": "It must be kept"},
}
ZIP: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/zip": {}}, "description": "data.json and the files"}
}


def privacy_routes(
    privacy: PrivacyService,
    opened: Callable[..., Awaitable[str]],
    administrator: Callable[..., Awaitable[StaffView]],
) -> APIRouter:
    """The router over one service.

    ``opened`` is the dependency that gives an application's id to whom it is open,
    ``administrator`` the one that lets only administrators of the staff in.
    """
    router = APIRouter(prefix="/v1", tags=["personal data"], responses=PROBLEMS)

    @router.get(
        "/applications/{application_id}/personal-data",
        summary="A copy of all that is held",
        response_class=Response,
        responses=ZIP,
    )
    async def copy(application_id: Annotated[str, Depends(opened)]) -> Response:
        """A ZIP: every answer as it was given, the history, the files."""
        return _zip(await privacy.copy(application_id, actor=APPLICANT))

    @router.delete("/applications/{application_id}/personal-data", summary="Erase it")
    async def erase(application_id: Annotated[str, Depends(opened)]) -> PrivacyProof:
        """Withdraws what is in hand, empties it, and proves it; the token opens nothing then."""
        return await privacy.erase(application_id, actor=APPLICANT)

    @router.post(
        "/applications/{application_id}/personal-data/link",
        summary="An address to fetch the copy from",
        dependencies=[Depends(require_service)],
    )
    async def offer_link(
        application_id: Annotated[str, Depends(opened)], response: Response
    ) -> CopyLink:
        """Good once, for ten minutes: for channels that cannot send files."""
        response.headers["Cache-Control"] = "no-store"
        return await privacy.offer_link(application_id)

    @router.get(
        "/personal-data/copies/{code}",
        summary="Fetch a copy",
        response_class=Response,
        responses=ZIP,
    )
    async def take_link(code: CopyCode) -> Response:
        """The copy; the address is used up."""
        return _zip(await privacy.take_link(code))

    @router.post(
        "/staff/personal-data/copies",
        summary="A copy for a person at the counter",
        response_class=Response,
        responses=ZIP,
    )
    async def copy_at_counter(
        asked: PrivacyRequest, staff: Annotated[StaffView, Depends(administrator)]
    ) -> Response:
        """Who asked and how that was checked is kept with it."""
        application_id = await privacy.id_of(asked.receipt)
        return _zip(await privacy.copy(application_id, actor=staff.login, reason=asked.reason))

    @router.post("/staff/personal-data/erasures", summary="Erase at a person's wish")
    async def erase_at_counter(
        asked: PrivacyRequest, staff: Annotated[StaffView, Depends(administrator)]
    ) -> PrivacyProof:
        """Who asked and how that was checked is kept with it."""
        application_id = await privacy.id_of(asked.receipt)
        return await privacy.erase(application_id, actor=staff.login, reason=asked.reason)

    @router.get("/staff/personal-data/log", summary="What was copied, erased, forgotten")
    async def show_log(
        staff: Annotated[StaffView, Depends(administrator)],
        most: Annotated[int, Query(ge=1, le=500)] = 100,
    ) -> list[PrivacyProof]:
        """Newest first; never what the data was."""
        return await privacy.log(most)

    return router


def _zip(content: bytes) -> Response:
    return Response(
        content,
        media_type="application/zip",
        headers={
            "Content-Disposition": 'attachment; filename="personal-data.zip"',
            "Cache-Control": "no-store",
        },
    )
