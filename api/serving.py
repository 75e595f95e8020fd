"""Serves an application over HTTP until it is told to stop: all settings of the server."""

import errno
import logging
import socket
import sys
from contextlib import AbstractAsyncContextManager

import uvicorn
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from api.errors import AddressUnusableError, PortInUseError
from api.limit_settings import LimitSettings
from api.limits.protocol import bounded_protocol

log = logging.getLogger(__name__)

# After a signal: what was taken is finished, at most so long.
GRACE_S = 20
# How long a thread that reckons keeps Python to itself while others wait. The event loop hands
# over at every step of a request; at Python's 5 ms a long text made all others wait.
SWITCH_S = 0.0001


def listen(app: FastAPI, host: str, port: int, limits: LimitSettings) -> None:
    """Serve until a signal comes; then what was taken is finished.

    Raises:
        PortInUseError: another process listens there.
        AddressUnusableError: nobody can.
        Exception: what the start of the application raised.
    """
    sys.setswitchinterval(SWITCH_S)
    begun = _Begun(app)
    server = uvicorn.Server(
        uvicorn.Config(
            begun,
            http=bounded_protocol(limits),
            ws_max_size=limits.max_socket_message_bytes,
            # Believed by api.limits.middleware, and from trusted proxies only.
            proxy_headers=False,
            server_header=False,
            log_config=None,
            access_log=False,
            lifespan="on",
            timeout_graceful_shutdown=GRACE_S,
        )
    )
    with _bound(host, port) as place:
        log.info("serving on http://%s:%s", host, port)
        try:
            server.run(sockets=[place])
        except SystemExit:
            # How the server ends when the application does not start; the reason is ours to tell.
            if begun.error is None:
                raise
    if begun.error is not None:
        raise begun.error


class _Begun:
    """An application whose start may fail without the server printing where in the code."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.error: Exception | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._app(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        life: AbstractAsyncContextManager[object] = self._app.router.lifespan_context(self._app)
        try:
            await life.__aenter__()
        except Exception as error:
            self.error = error
            await send({"type": "lifespan.startup.failed", "message": ""})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await life.__aexit__(None, None, None)
        await send({"type": "lifespan.shutdown.complete"})


def _bound(host: str, port: int) -> socket.socket:
    """A socket at the address, taken before anything else is done."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        place = socket.socket(family, kind, protocol)
        try:
            place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            place.bind(address)
        except OSError:
            place.close()
            raise
    except (OSError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortInUseError(f"{host}:{port}") from None
        raise AddressUnusableError(f"{host}:{port}: {error}") from None
    return place
