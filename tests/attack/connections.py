"""Connections that are held open, or that carry headers without end."""

import select
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import httpx

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.load import PeakMemory
from tests.attack.wire import Exchange, connect, exchange, request

SLOW_ONES = 100
END_WITHIN_S = 25.0
WATCHED_S = 40.0
MB = 1024 * 1024
MOST_TAKEN_MB, MOST_GROWTH_MB = 10, 50


@attack(
    "slow clients",
    aim=f"{SLOW_ONES} half-sent requests: nothing, half a header, half a body, a byte a second",
    held_when=f"all are closed within {END_WITHIN_S:.0f} s, others are served meanwhile",
)
def hold_connections(arena: Arena) -> Finding:
    server = arena.serve(**LIGHT)
    begun = time.monotonic()
    held = [_half_sent(arena, server, number) for number in range(SLOW_ONES)]
    closed_after: dict[int, float] = {}
    slowest_other = 0.0
    while len(closed_after) < len(held) and time.monotonic() < begun + WATCHED_S:
        for number in _closed(held, closed_after):
            closed_after[number] = time.monotonic() - begun
        for number, connection in enumerate(held):
            if number % 4 == 3 and number not in closed_after:
                _drip(connection)
        slowest_other = max(slowest_other, _seconds_of_health(server))
        time.sleep(0.8)
    still_open = len(held) - len(closed_after)
    last = max(closed_after.values(), default=0.0)
    said = f"{still_open} of {SLOW_ONES} still open after {WATCHED_S:.0f} s"
    said += f", the others closed within {last:.0f} s; health ≤ {slowest_other:.2f} s"
    figures = {"still_open": still_open, "last_closed_s": last, "health_s": slowest_other}
    return Finding(not still_open and last <= END_WITHIN_S and slowest_other < 5, said, figures)


def _half_sent(arena: Arena, server: Server, number: int) -> socket.socket:
    """A connection with a request that does not go on, one of four kinds."""
    connection = arena.cleanup.enter_context(connect(server))
    body = request("POST", "/v1/answers", {"Content-Length": "1000"})
    starts = (b"", b"GET /v1/forms HTTP/1.1\r\nHost: x\r\nX-Slow: ", body + b'{"question":')
    connection.sendall(starts[number % 4] if number % 4 < 3 else body)
    return connection


def _drip(connection: socket.socket) -> None:
    with suppress(OSError):  # closed meanwhile, which is seen at the next look
        connection.send(b" ")


def _closed(held: list[socket.socket], known: dict[int, float]) -> Iterator[int]:
    """Connections that the server has ended."""
    waiting = {c.fileno(): n for n, c in enumerate(held) if n not in known}
    readable, _, _ = select.select(list(waiting), [], [], 0)
    for number in (waiting[fileno] for fileno in readable):
        try:
            while held[number].recv(65_536):
                held[number].setblocking(False)
            yield number
        except BlockingIOError:
            continue  # it has answered and keeps the connection
        except OSError:
            yield number


def _seconds_of_health(server: Server) -> float:
    began = time.monotonic()
    try:
        with server.client(timeout=10) as client:
            client.get("/healthz")
    except httpx.TransportError:
        return 10.0
    return time.monotonic() - began


@attack(
    "100 MB of headers",
    aim="fill the memory by headers without end: one long line, many lines, a long address",
    held_when=f"refused before {MOST_TAKEN_MB} MB are taken, memory grows by ≤ {MOST_GROWTH_MB} MB",
)
def send_headers_without_end(arena: Arena) -> Finding:
    figures, problems, said = {}, [], []
    for name, pieces in FLOODS.items():
        server = arena.serve(**LIGHT)
        with PeakMemory(server) as memory:
            done: Exchange = exchange(server, pieces(), timeout=30)
        growth = memory.peak_mb - memory.before_mb
        taken = done.sent_bytes / MB
        is_well = taken <= MOST_TAKEN_MB and growth <= MOST_GROWTH_MB and server.is_ready()
        figures[name] = {"taken_mb": taken, "growth_mb": growth, "status": done.status}
        said.append(f"{name}: {taken:.1f} MB taken, + {growth:.0f} MB, status {done.status}")
        if not is_well:
            problems.append(name)
        server.stop()
    return Finding(not problems, "; ".join(said), figures)


def _one_line() -> Iterator[bytes]:
    yield b"GET /v1/forms HTTP/1.1\r\nHost: x\r\nX-Long: "
    yield from (b"a" * MB for _ in range(100))
    yield b"\r\n\r\n"


def _many_lines() -> Iterator[bytes]:
    yield b"GET /v1/forms HTTP/1.1\r\nHost: x\r\n"
    line = b"X-Header: " + b"a" * 1000 + b"\r\n"
    yield from (line * 1000 for _ in range(100))
    yield b"\r\n"


def _long_address() -> Iterator[bytes]:
    yield b"GET /v1/clauses?q="
    yield from (b"a" * MB for _ in range(100))
    yield b" HTTP/1.1\r\nHost: x\r\n\r\n"


def _many_cookies() -> Iterator[bytes]:
    yield b"GET / HTTP/1.1\r\nHost: x\r\n"
    yield from (b"Cookie: a=" + b"b" * 8000 + b"\r\n" for _ in range(12_500))
    yield b"\r\n"


FLOODS: dict[str, Callable[[], Iterator[bytes]]] = {
    "one line": _one_line,
    "many lines": _many_lines,
    "a long address": _long_address,
    "cookies": _many_cookies,
}
