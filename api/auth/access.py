"""Who is asking: the holder of a service token, or of an application's own token."""

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.auth.callers import caller_of
from api.auth.secrets import same, token_hash
from api.errors import ForbiddenError, NotAuthenticatedError

bearer = HTTPBearer(auto_error=False, description="Application token or service token")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


async def presented_token(credentials: Credentials) -> HTTPAuthorizationCredentials:
    """The token that came with the request, whatever it opens.

    Raises:
        NotAuthenticatedError: none did.
    """
    if credentials is None:
        raise NotAuthenticatedError("no token")
    return credentials


PresentedToken = Annotated[HTTPAuthorizationCredentials, Depends(presented_token)]


def _caller(request: Request) -> str:
    return caller_of(request)


Caller = Annotated[str, Depends(_caller)]
"""Who is to be counted, see :func:`api.auth.callers.caller_of`."""


def is_service(request: Request, credentials: HTTPAuthorizationCredentials | None) -> bool:
    """Whether the caller holds the service token."""
    token: str = request.app.state.service_token
    return credentials is not None and same(credentials.credentials, token)


async def require_service(request: Request, credentials: Credentials) -> None:
    """Let only channels in.

    Raises:
        NotAuthenticatedError: no token.
        ForbiddenError: another token.
    """
    if credentials is None:
        raise NotAuthenticatedError("no token")
    if not is_service(request, credentials):
        raise ForbiddenError("not the service token")


def check_application_token(stored_hash: str, credentials: HTTPAuthorizationCredentials) -> None:
    """Let the holder of the application's own token in.

    Raises:
        ForbiddenError: it is another token.
    """
    if not same(token_hash(credentials.credentials), stored_hash):
        raise ForbiddenError("not this application's token")
