"""Routes by which staff log in and out, and the gate before all other staff routes."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from api.auth.access import Credentials
from api.auth.callers import caller_of
from api.contract.problem import Problem
from api.contract.staff import BACKGROUND_HEADER, Login, StaffRole, StaffSession, StaffView
from api.errors import ForbiddenError, NotAuthenticatedError
from api.services import part_of
from api.staff.logins import StaffLogins

REFUSALS: dict[int | str, dict[str, object]] = {
    401: {"model": Problem, "description": "Not logged in"},
    403: {"model": Problem, "description": "Not for this role"},
}

router = APIRouter(prefix="/v1/staff", tags=["staff"], responses=REFUSALS)


async def current_staff(request: Request, credentials: Credentials) -> StaffView:
    """The member of staff whose session token came with the request.

    Raises:
        NotAuthenticatedError: no token, or one that opens no session.
    """
    if credentials is None:
        raise NotAuthenticatedError("no token")
    is_active = BACKGROUND_HEADER not in request.headers
    return await _logins(request).who(credentials.credentials, is_active=is_active)


def at_least(role: StaffRole) -> Callable[..., Awaitable[StaffView]]:
    """A dependency that lets staff of that role and above in."""

    async def gate(staff: Annotated[StaffView, Depends(current_staff)]) -> StaffView:
        if not staff.role.may(role):
            raise ForbiddenError(f"needs {role}")
        return staff

    return gate


Clerk = Annotated[StaffView, Depends(at_least(StaffRole.CLERK))]
Editor = Annotated[StaffView, Depends(at_least(StaffRole.EDITOR))]


@router.post(
    "/login",
    summary="Log in",
    responses={
        429: {"model": Problem, "description": "Too many wrong passwords on a known device"},
        503: {"model": Problem, "description": "Too many log in at once"},
    },
)
async def log_in(request: Request, login: Login) -> StaffSession:
    """Opens a session; wrong passwords make the next tries wait, longer and longer.

    ``device`` of an earlier session says that somebody logs in from where they have before:
    what strangers try on the same name does not slow them down then.
    """
    return await _logins(request).log_in(login, caller_of(request))


@router.post("/logout", status_code=204, summary="Log out")
async def log_out(
    request: Request, credentials: Credentials, staff: Annotated[StaffView, Depends(current_staff)]
) -> None:
    """Ends the session."""
    if credentials is not None:
        await _logins(request).log_out(credentials.credentials)


@router.get("/me", summary="Who am I")
async def show_me(staff: Annotated[StaffView, Depends(current_staff)]) -> StaffView:
    """The member of staff whose session this is."""
    return staff


def _logins(request: Request) -> StaffLogins:
    return part_of(request, StaffLogins)
