"""How the server listens: all of its settings in one place."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.limits.settings import LimitSettings


def listen(house: "FastAPI", host: str, port: int, limits: "LimitSettings") -> None:
    """Serve until the process is told to end."""
    import uvicorn

    from api.limits.protocol import bounded_protocol

    uvicorn.run(
        house,
        host=host,
        port=port,
        http=bounded_protocol(limits),
        ws_max_size=limits.max_socket_message_bytes,
        # Believed by api.limits.middleware, and from trusted proxies only.
        proxy_headers=False,
        server_header=False,
        log_config=None,
        access_log=False,
    )
