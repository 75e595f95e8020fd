"""The websocket of the chat page, which is no HTTP request and yet must be counted."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.attack.addresses import NEEDS, V4, can_have_addresses, foreign
from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.load import PeakMemory
from tests.attack.logins import passwords_looked_at
from tests.attack.page_client import PageClient, PageClosedError
from tests.attack.people import PASSWORD, add_staff

LIMIT, SLACK = 30, 10
PAGES = 4
WATCHED_S = 20.0
MB = 1024 * 1024


@attack(
    "questions by the chat page's socket",
    aim=f"ask without end through the websockets of {PAGES} pages, past the limit of requests",
    held_when=f"at most {LIMIT + SLACK} are answered in {WATCHED_S:.0f} s at {LIMIT} a minute",
)
def ask_by_socket(arena: Arena) -> Finding:
    if not can_have_addresses():
        return Finding(None, NEEDS)
    rate = {"CHUANGDAI_RATE_LIMIT": f"{LIMIT}/minute"}
    server = arena.server(host="0.0.0.0", **LIGHT, **rate).start()
    with foreign(V4), ThreadPoolExecutor(PAGES) as pool:
        answered = sum(pool.map(lambda _: _ask_on_a_page(server), range(PAGES)))
    said = f"{answered} answered in {WATCHED_S:.0f} s"
    is_held = 0 < answered <= LIMIT + SLACK and server.is_ready()
    return Finding(is_held, said, {"answered": answered, "limit": LIMIT})


def _ask_on_a_page(server: Server) -> int:
    """How many questions one page gets answered, one after the other."""
    answered, end = 0, time.monotonic() + WATCHED_S
    try:
        with PageClient(server, address=V4[0]) as page:
            page.wait_for(lambda: page.count("bubble", "theirs") > 0, 10)
            entry = page.find("nicegui-input")
            while time.monotonic() < end:
                before = page.count("bubble", "theirs")
                page.fire(entry, "update:value", f"{answered}人合伙，济宁最多能贷多少")
                page.fire(entry, "keydown", {"key": "Enter"})
                got = partial(_more_than, page, before)
                answered += page.wait_for(got, 2) and "30万" in page.texts()
    except (PageClosedError, KeyError):
        pass  # turned away
    return answered


def _more_than(page: PageClient, before: int) -> bool:
    return page.count("bubble", "theirs") > before


@attack(
    "staff login through its page",
    aim="guess a password through the websocket of the login page, past the limit by address",
    held_when="at most 20 of 40 guesses from one page are verified, and the owner gets in after",
)
def guess_at_the_page(arena: Arena) -> Finding:
    if not can_have_addresses():
        return Finding(None, NEEDS)
    server = arena.server(host="0.0.0.0", **LIGHT)
    add_staff(arena, server, "zhang")
    server.start()
    with foreign(V4):
        made = _guess_on_a_page(server)
        counted = passwords_looked_at(server)
        with PageClient(server, "/staff/login", V4[1]) as page:
            page.listen(1)
            _enter(page, "zhang", PASSWORD)
            is_in = page.wait_for(lambda: bool(page.led_to), 10)
    verified = made if counted is None else counted
    said = f"{verified} of {made} verified; the owner then gets in: {is_in}"
    figures = {"made": made, "verified": verified, "owner_in": is_in}
    return Finding(0 < verified <= 20 and is_in, said, figures)


def _guess_on_a_page(server: Server) -> int:
    """How many of 40 wrong guesses are answered; those not looked at are answered alike."""
    try:
        with PageClient(server, "/staff/login", V4[0]) as page:
            page.listen(1)
            for number in range(1, 41):
                _enter(page, "zhang", f"wrong guess {number}")
                page.wait_for(partial(_has_notices, page, number), 5)
    except PageClosedError:
        pass  # turned away
    return len(page.notices)


def _has_notices(page: PageClient, number: int) -> bool:
    return len(page.notices) >= number


def _enter(page: PageClient, login: str, password: str) -> None:
    name = page.find("nicegui-input", type="text")
    secret = page.find("nicegui-input", type="password")
    page.fire(name, "update:value", login)
    page.fire(secret, "update:value", password)
    page.fire(secret, "keydown", {"key": "Enter"})


@attack(
    "odd messages on a page's socket",
    aim="messages of 20 MB, of other shapes, and lines for the server's log without end",
    held_when="the server stays, memory grows by ≤ 100 MB, the log by ≤ 1 MB, nobody's data in it",
)
def odd_messages(arena: Arena) -> Finding:
    server = arena.serve(**LIGHT)
    before = len(server.log())
    with PeakMemory(server) as memory:
        for shape in SHAPES:
            _send(server, *shape)
        _send(server, "event", {"client_id": "x", "id": 1, "args": ["a" * 20 * MB]}, times=1)
        log_line = {"level": "error", "message": "孔令强 370811 19900307 0010 " * 20}
        _send(server, "log", log_line, times=5000)
        time.sleep(2)
    log = server.log()[before:]
    growth = memory.peak_mb - memory.before_mb
    said = f"{log.count('Traceback')} tracebacks, log + {len(log) / MB:.1f} MB, "
    said += f"memory + {growth:.0f} MB; people's words in the log: {'孔令强' in log}"
    figures = {"tracebacks": log.count("Traceback"), "log_bytes": len(log), "growth_mb": growth}
    is_quiet = len(log) <= MB and "孔令强" not in log
    return Finding(is_quiet and growth <= 100 and server.is_ready(), said, figures)


SHAPES = (
    ("event", {}),
    ("event", {"client_id": None, "id": None}),
    ("event", {"id": "x", "listener_id": "x", "args": "x"}),
    ("event", {"id": 1, "listener_id": "x", "args": ["{"]}),
    ("handshake", {}),
    ("handshake", {"client_id": [], "tab_id": {}}),
    ("javascript_response", {"request_id": "x"}),
    ("ack", {"next_message_id": "x"}),
    ("log", {"level": "x", "message": "x"}),
    ("nothing", {"a": 1}),
)


def _send(server: Server, name: str, body: dict[str, object], times: int = 3) -> None:
    """Open a page and send a message to it again and again."""
    try:
        with PageClient(server) as page:
            page.listen(0.3)
            for _ in range(times):
                page.emit(name, {"client_id": page.client_id, **body})
            page.listen(0.3)
    except PageClosedError:
        pass  # hanging up is one way to refuse
