"""HTTP as it is on the wire, for what no well-behaved client would send."""

import contextlib
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass

from tests.attack.arena import Server

WAIT_S = 20.0


@dataclass(frozen=True, slots=True)
class Exchange:
    """What came of a request; status 0: closed or silent without an answer."""

    status: int
    text: str
    sent_bytes: int
    seconds: float


def connect(server: Server, timeout: float = WAIT_S) -> socket.socket:
    """An open connection."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=timeout)


def exchange(server: Server, pieces: Iterable[bytes], timeout: float = WAIT_S) -> Exchange:
    """Send pieces until the server stops taking them, then read what it says."""
    started, sent = time.monotonic(), 0
    with connect(server, timeout) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
                sent += len(piece)
        except OSError:
            pass  # it would not take more; it may have said why
        answer = _read(connection)
    first = answer.split(b"\r\n", 1)[0].split(b" ")
    status = int(first[1]) if len(first) > 1 and first[1].isdigit() else 0
    return Exchange(status, answer.decode("utf-8", "replace"), sent, time.monotonic() - started)


def request(
    method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> bytes:
    """A whole request; nothing in it is checked or encoded."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    names = {name.lower() for name in headers or {}}
    if body and not names & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape") + body


def chunked(path: str, total: int, piece: int = 65_536) -> Iterable[bytes]:
    """A JSON body of ``total`` bytes without a stated length."""
    headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json"}
    yield request("POST", path, headers)
    for _ in range(total // piece):
        yield f"{piece:x}\r\n".encode() + b" " * piece + b"\r\n"
    yield b"0\r\n\r\n"


def _read(connection: socket.socket) -> bytes:
    parts = []
    with contextlib.suppress(OSError):
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)
