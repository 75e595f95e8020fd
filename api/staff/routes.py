"""Routes by which staff log in and out, and the gate before all other staff routes."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.auth.access import Credentials
from api.contract.problem import Problem
from api.contract.staff import Login, StaffRole, StaffSession, StaffView
from api.errors import ForbiddenError, NotAuthenticatedError
from api.staff.service import StaffService

REFUSALS: dict[int | str, dict[str, object]] = {
    401: {"model": Problem, "description": "Not logged in"},
    403: {"model": Problem, "description": "Not for this role"},
}

router = APIRouter(prefix="/v1/staff", tags=["staff"], responses=REFUSALS)


async def who_asks(request: Request, credentials: Credentials) -> StaffView:
    """The member of staff whose session token came with the request.

    Raises:
        NotAuthenticatedError: no token, or one that opens no session.
    """
    if credentials is None:
        raise NotAuthenticatedError("no token")
    return await _service(request).who(credentials.credentials)


def at_least(role: StaffRole) -> Callable[..., Awaitable[StaffView]]:
    """A dependency that lets staff of that role and above in."""

    async def gate(staff: Annotated[StaffView, Depends(who_asks)]) -> StaffView:
        if not staff.role.may(role):
            raise ForbiddenError(f"needs {role}")
        return staff

    return gate


Clerk = Annotated[StaffView, Depends(at_least(StaffRole.CLERK))]
Editor = Annotated[StaffView, Depends(at_least(StaffRole.EDITOR))]


@router.post("/login", summary="Log in")
async def log_in(request: Request, login: Login) -> StaffSession:
    """Opens a session for ten hours; five wrong passwords lock the login for a while."""
    return await _service(request).log_in(login.login, login.password)


@router.post("/logout", status_code=204, summary="Log out")
async def log_out(
    request: Request, credentials: Credentials, staff: Annotated[StaffView, Depends(who_asks)]
) -> None:
    """Ends the session."""
    if credentials is not None:
        await _service(request).log_out(credentials.credentials)


@router.get("/me", summary="Who am I")
async def show_me(staff: Annotated[StaffView, Depends(who_asks)]) -> StaffView:
    """The member of staff whose session this is."""
    return staff


def _service(request: Request) -> StaffService:
    service: StaffService = request.app.state.staff
    return service
