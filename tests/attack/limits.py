"""How much one caller may ask, send and leave behind."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.attack.addresses import NEEDS, V6_64, can_have_addresses, foreign
from tests.attack.arena import COUNTED, GENEROUS, LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.people import Applicant, Chat

LIMIT = 30
RATE = {**LIGHT, **COUNTED, "CHUANGDAI_RATE_LIMIT": f"{LIMIT}/minute"}
DRAFTS, CONVERSATIONS, FILES = 1000, 1000, 60
FILE_BYTES = 8_000_000
# How a limit refuses: for a while, or for as long as things are as they are.
PASSING, LASTING = {429, 507}, {409, 413, 422}


@attack(
    "limit evaded by X-Forwarded-For",
    aim="be another caller at each request by a header, from the machine itself and from elsewhere",
    held_when=f"at most {LIMIT} of 90 requests from elsewhere pass; 429 has Retry-After",
    quick=True,
)
def forward(arena: Arena) -> Finding:
    server = arena.serve(**RATE)
    passed, hints = {}, []
    for address in ("127.0.0.1", "127.0.9.1"):
        statuses = []
        with server.client(address=address) as client:
            for number in range(90):
                spoofed = f"198.51.100.{number}"
                headers = {"X-Forwarded-For": spoofed, "Forwarded": f"for={spoofed}"}
                response = client.get("/v1/forms", headers={**headers, "X-Real-IP": spoofed})
                statuses.append(response.status_code)
                if response.status_code == 429:
                    hints.append("Retry-After" in response.headers)
        passed[address] = statuses.count(200)
    said = "; ".join(f"{n} of 90 passed from {address}" for address, n in passed.items())
    is_told = bool(hints) and all(hints)
    said += f"; Retry-After {'told' if is_told else 'not told'}"
    # On the machine itself sits the proxy, which may be one that is believed.
    is_held = passed["127.0.9.1"] <= LIMIT and is_told
    return Finding(is_held, said, {"passed": passed, "retry_after": is_told})


@attack(
    "limit evaded within an IPv6 /64",
    aim="ask from 90 addresses of one /64, which one subscriber has",
    held_when=f"at most {LIMIT} of 90 requests pass at a limit of {LIMIT} a minute",
)
def many_addresses(arena: Arena) -> Finding:
    if not can_have_addresses():
        return Finding(None, NEEDS)
    server = arena.server(host="::", **RATE).start()
    with foreign(V6_64):
        statuses = [_ask_from(server, address) for address in V6_64]
    passed = statuses.count(200)
    said = f"{passed} of {len(V6_64)} passed"
    return Finding(0 < passed <= LIMIT, said, {"passed": passed})


def _ask_from(server: Server, address: str) -> int:
    with server.client(address=address) as client:
        return client.get(f"http://[{V6_64[0]}]:{server.port}/v1/forms").status_code


@attack(
    "things left behind without end",
    aim=f"open {DRAFTS} drafts and {CONVERSATIONS} conversations, hand in {FILES} files of 8 MB, "
    "from one address",
    held_when="each is refused (429, 409, 413, 422, 507) before all are taken; 429 and 507 have "
    "Retry-After",
)
def leave_things_behind(arena: Arena) -> Finding:
    server = arena.serve(**LIGHT, **COUNTED, **GENEROUS)
    with server.client(timeout=30) as client:
        # All of loopback is one caller: its files go into a draft from before it has too many.
        files = _hand_in_files(Applicant(client))
    with ThreadPoolExecutor(8) as pool:
        drafts = list(pool.map(lambda _: _open_draft(server), range(DRAFTS)))
        talks = list(pool.map(lambda _: _open_conversation(server), range(CONVERSATIONS)))
    answers = {"drafts": drafts, "conversations": talks, "files": files}
    taken = {name: sum(one.is_success for one in some) for name, some in answers.items()}
    said = ", ".join(f"{taken[name]} of {len(some)} {name}" for name, some in answers.items())
    statuses = sorted({one.status_code for some in answers.values() for one in some})
    is_held = all(has_an_end(some) for some in answers.values())
    return Finding(is_held, f"{said} taken", {**taken, "statuses": statuses})


def has_an_end(answers: list[httpx.Response]) -> bool:
    """Whether some are refused, and none otherwise than as a limit refuses."""
    refused = [one for one in answers if not one.is_success]
    return bool(refused) and all(_is_by_a_limit(one) for one in refused)


def _is_by_a_limit(refusal: httpx.Response) -> bool:
    if refusal.status_code in PASSING:
        return "Retry-After" in refusal.headers
    return refusal.status_code in LASTING


def _hand_in_files(person: Applicant) -> list[httpx.Response]:
    """What is said to each of them; where no draft is opened, to all that they are not taken."""
    opened = person.open()
    if not opened.is_success:
        return [opened] * FILES
    return [person.attach(_another_file()) for _ in range(FILES)]


def _another_file() -> bytes:
    """Each is of its own: one handed in again would be kept once."""
    return b"%PDF-1.4 ".ljust(16) + os.urandom(16) + bytes(FILE_BYTES - 32)


def _open_draft(server: Server) -> httpx.Response:
    with server.client() as client:
        return Applicant(client).open()


def _open_conversation(server: Server) -> httpx.Response:
    with server.client() as client:
        return Chat(client).post(text="你好")


@attack(
    "coverage of the nation",
    aim="have all 46,000 townships compared with the branches, again and again",
    held_when="a second request, and health beside four at once, take ≤ 1 s",
)
def cover_the_nation(arena: Arena) -> Finding:
    server = arena.serve(**LIGHT)

    def cover(_: int) -> float:
        began = time.monotonic()
        with server.client(timeout=120) as client:
            client.get("/v1/branches/coverage", params={"region": "全国"})
        return time.monotonic() - began

    first, second = cover(0), cover(1)
    slowest = 0.0
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(cover, number) for number in range(4)]
        while not all(job.done() for job in running):
            began = time.monotonic()
            with server.client(timeout=60) as client:
                client.get("/healthz")
            slowest = max(slowest, time.monotonic() - began)
            time.sleep(0.1)
    said = f"first {first:.1f} s, second {second:.1f} s; health beside four ≤ {slowest:.2f} s"
    figures = {"first_s": first, "second_s": second, "health_s": slowest}
    return Finding(second <= 1 and slowest <= 1, said, figures)
