"""How long a half-sent request is waited for, how large its head is, who may connect how often.

uvicorn waits for ever for the rest of a request and keeps whatever comes as a header, so
its protocol gets a clock and a measure here. What the application reads is limited by
:mod:`api.limits.middleware`.
"""

import asyncio
import ipaddress
from collections import Counter
from enum import Enum, auto
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from api.auth.callers import address_caller, is_counted
from api.error_handlers import problem
from api.limit_settings import LimitSettings
from api.texts import size_text

# For the client to read why it was refused, before the connection is cut.
LINGER_S = 2.0
# What is read, and dropped, of what a refused client had begun to send: one that is soon through
# reads its answer then. Who goes on without end has to wait, and is cut.
MOST_DROPPED_BYTES = 1_000_000
# For the client to read anything of an answer that it asked for.
UNREAD_S = 60.0


class Sending(Enum):
    """What of a request the client is sending."""

    NOTHING = auto()
    HEAD = auto()
    BODY = auto()


class Peers:
    """Open connections of one server, by caller; a trusted proxy connects for many."""

    def __init__(self, settings: LimitSettings) -> None:
        self._most = settings.connections_per_caller
        self._counts_loopback = settings.rate_limit_loopback
        self._proxies = [ipaddress.ip_network(one) for one in settings.trusted_proxies]
        self._open: Counter[str] = Counter()

    def enter(self, address: str) -> bool:
        """Count a connection; whether it may stay."""
        caller = address_caller(address)
        self._open[caller] += 1
        if self._open[caller] <= self._most:
            return True
        return not is_counted(caller, counts_loopback=self._counts_loopback) or self._is_proxy(
            address
        )

    def leave(self, address: str) -> None:
        """Count it no longer."""
        caller = address_caller(address)
        self._open[caller] -= 1
        if not self._open[caller]:
            del self._open[caller]

    def _is_proxy(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(ip in network for network in self._proxies)


class BoundedProtocol(HttpToolsProtocol):
    """One connection; :func:`bounded_protocol` makes the class that a server uses."""

    limits: ClassVar[LimitSettings]
    peers: ClassVar[Peers]

    def connection_made(self, transport: Any) -> None:
        """Begin to wait for a request, if there is room for one more connection."""
        super().connection_made(transport)
        self._clock: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None
        self._is_deaf = False
        self._dropped = 0
        self._address = self.client[0] if self.client else "unknown"
        self._is_entered = True
        may_stay = self.peers.enter(self._address)
        self._begin(Sending.HEAD)
        if len(self.connections) > self.limits.connections_in_all:
            self._refuse("overloaded")
        elif not may_stay:
            self._refuse("too_many_connections")

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._is_deaf = True
        self._stop_clock()
        self.resume_writing()
        self._leave()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """From here on a socket, counted where its messages are."""
        self._stop_clock()
        self._leave()
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        """Take a part, unless the head or the wrapping of a body grows beyond measure."""
        if self._is_deaf:
            self._dropped += len(data)
            if self._dropped > MOST_DROPPED_BYTES:
                self.flow.pause_reading()
            return
        if self._sending is Sending.NOTHING:
            self._begin(Sending.HEAD)
        self._taken += len(data)
        self._since_body += len(data)
        super().data_received(data)
        most = self.limits.max_head_bytes
        if self._sending is Sending.HEAD and self._taken > most:
            self._refuse("head_too_large", most=size_text(most))
        elif self._sending is Sending.BODY and self._since_body > most:
            self._refuse("bad_request")

    def on_message_begin(self) -> None:
        """A head begins, maybe right behind a body."""
        super().on_message_begin()
        if self._sending is Sending.NOTHING:
            self._begin(Sending.HEAD)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what comes behind a body nobody reads."""
        if self._sending is Sending.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The head is whole.

        Raises:
            ValueError: it is too large; the parser stops.
        """
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > self.limits.max_head_bytes:
            self._refuse("head_too_large", most=size_text(self.limits.max_head_bytes))
            raise ValueError("head too large")
        super().on_headers_complete()
        self._begin(Sending.BODY)

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._since_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        """Nothing is waited for until the request is answered; then, the next one."""
        self._sending = Sending.NOTHING
        self._stop_clock()
        super().on_message_complete()
        if self.cycle is not None and self.cycle.response_complete:
            self._begin(Sending.HEAD)  # uvicorn's own clock stopped when the body went on

    def on_response_complete(self) -> None:
        """Who goes on sending a body that is no longer of use is not listened to for long."""
        super().on_response_complete()
        if self._sending is Sending.BODY and not self._is_deaf:
            self._stop_clock()
            self._clock = self.loop.call_later(LINGER_S, self.transport.abort)

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is answered as every other fault."""
        self._refuse("bad_request")

    def pause_writing(self) -> None:
        """The client does not read; it has a while to begin."""
        super().pause_writing()
        self._unread = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads."""
        super().resume_writing()
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _begin(self, sending: Sending) -> None:
        self._sending = sending
        self._taken = self._since_body = self._rounds = 0
        self._wind_clock()

    def _wind_clock(self) -> None:
        self._stop_clock()
        self._clock = self.loop.call_later(self.limits.half_sent_s / 2, self._tick)

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _tick(self) -> None:
        """Half of the time is over: a head may have the other half, a body must have grown."""
        self._rounds += 1
        least = self.limits.least_bytes_per_s * self.limits.half_sent_s / 2
        if self._sending is Sending.HEAD:
            may_go_on = self._rounds < 2
        else:
            # While we do not read, or have not said "continue", the client cannot send.
            is_our_turn = self.flow.read_paused or self.cycle.waiting_for_100_continue
            may_go_on = is_our_turn or self._taken >= least
            self._taken = 0
        if may_go_on:
            self._wind_clock()
        elif self._sending is Sending.HEAD and self._taken == 0:
            self.transport.close()  # a connection opened in advance and never used
        else:
            self._refuse("too_slow")

    def _refuse(self, code: str, **told: object) -> None:
        """Say why, if this can be said now, and end; whatever still comes is not kept."""
        if self._is_deaf or self.transport.is_closing():
            return
        self._is_deaf = True
        self._stop_clock()
        cycle = self.cycle
        is_answered = cycle is None or cycle.response_complete
        if not self.pipeline and (is_answered or self._is_unanswered_body()):
            response = problem(code, told=told)
            head = [STATUS_LINE[response.status_code]]
            head += [b"%s: %s\r\n" % header for header in response.raw_headers]
            self.transport.write(b"".join([*head, b"connection: close\r\n\r\n", response.body]))
            if self.transport.can_write_eof():
                self.transport.write_eof()
        if not is_answered:
            cycle.disconnected = True
            cycle.message_event.set()
        self._clock = self.loop.call_later(LINGER_S, self.transport.abort)

    def _is_unanswered_body(self) -> bool:
        return self._sending is Sending.BODY and not self.cycle.response_started

    def _leave(self) -> None:
        if self._is_entered:
            self._is_entered = False
            self.peers.leave(self._address)


def bounded_protocol(settings: LimitSettings) -> type[BoundedProtocol]:
    """The protocol of one server, with its own count of connections."""
    return type("Bounded", (BoundedProtocol,), {"limits": settings, "peers": Peers(settings)})
