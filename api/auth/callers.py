"""Who asks: the address, or the person a channel speaks for."""

import re

from fastapi import Request

from api.auth.secrets import same
from api.contract.callers import CALLER_HEADER, origin_of_address

_NAMED = re.compile(r"[a-z]{2,20}:[\w-]{1,64}", re.ASCII)


def caller_of(request: Request) -> str:
    """Who is to be counted.

    A channel names who it speaks for (``kind:hash``); that is believed only where the service
    token comes with it. Else it is the address, of IPv6 its /64.
    """
    named = request.headers.get(CALLER_HEADER, "")
    if _NAMED.fullmatch(named) and _holds_service_token(request):
        return named
    return origin_of_address(request.client.host if request.client else "unknown")


def _holds_service_token(request: Request) -> bool:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    token: str = request.app.state.service_token
    return scheme.lower() == "bearer" and same(given.strip(), token)
