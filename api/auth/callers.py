"""Who asks, as far as limits are concerned."""

import re

from starlette.requests import HTTPConnection
from starlette.types import Scope

from api.auth.secrets import same
from api.contract.callers import CALLER_HEADER, LOCAL, origin_of_address

IN_PROCESS = "in-process"
"""The pages and channels of this process, where they do not say on whose behalf they ask."""
_NAMED = re.compile(r"[a-z]{2,20}:[\w-]{0,64}", re.ASCII)


def caller_of(connection: HTTPConnection | Scope) -> str:
    """Who is to be counted: who a channel speaks for, else the address that asks.

    A channel names who it speaks for in ``X-Chuangdai-Caller`` (``kind:hash``); that is
    believed only where the service token comes with it.
    """
    scope = connection.scope if isinstance(connection, HTTPConnection) else connection
    headers = dict(scope["headers"])
    named = headers.get(CALLER_HEADER.lower().encode(), b"").decode("latin-1")
    if _NAMED.fullmatch(named) and _holds_service_token(scope, headers):
        return LOCAL if named.startswith(f"{LOCAL}:") else named
    return address_caller((scope.get("client") or ("unknown", 0))[0])


def address_caller(address: str) -> str:
    """The caller that an address stands for."""
    if address == IN_PROCESS:
        return IN_PROCESS
    origin = origin_of_address(address)
    return LOCAL if origin.startswith(f"{LOCAL}:") else origin


def is_counted(caller: str, *, counts_loopback: bool) -> bool:
    """Whether limits of a single caller are meant for this one."""
    return caller != IN_PROCESS and (caller != LOCAL or counts_loopback)


def speaks_for_somebody(caller: str) -> bool:
    """Whether a channel named the caller, which then stands for one person."""
    return _NAMED.fullmatch(caller) is not None


def is_channel(connection: HTTPConnection) -> bool:
    """Whether a channel asks, for itself or for somebody."""
    return _holds_service_token(connection.scope, dict(connection.scope["headers"]))


def _holds_service_token(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    token = getattr(scope["app"].state, "service_token", None)
    scheme, _, given = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
    return token is not None and scheme.lower() == "bearer" and same(given.strip(), token)
