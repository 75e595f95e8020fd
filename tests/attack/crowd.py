"""Thirty-two mixed clients at work, without and with long texts among them."""

import itertools
import random
from collections.abc import Callable

import httpx

from tests.attack.arena import Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.load import (
    Crowd,
    PeakMemory,
    ask,
    errors,
    long_text,
    longest,
    quantile,
    share_ok,
    statuses,
)
from tests.attack.long_texts import warm
from tests.attack.people import Applicant, Chat, add_staff, log_in, new_id_number

MOST_RATIO, LONGEST_WRITE_S = 1.5, 2.0
WRITES = ("chat", "upload", "application")
PAUSE = (0.5, 1.5)
PLACES = ((35.41, 116.58), (30.66, 104.06), (22.54, 114.06), (39.9, 116.4))


@attack(
    "32 mixed clients",
    aim="answers, chats with intake, branches, staff, uploads for a minute; then long texts too",
    held_when=f"no 500, p95 of answers with long texts ≤ {MOST_RATIO} × without, no write waits "
    f"> {LONGEST_WRITE_S:.0f} s",
)
def mixed_clients(arena: Arena) -> Finding:
    server = arena.server()
    add_staff(arena, server, "zhang")
    warm(server.start())
    with PeakMemory(server) as memory:
        without = _work(server, arena.seconds, long_ones=0)
        beside = _work(server, arena.seconds, long_ones=4)
    before, after = (quantile(crowd.of("answer"), 0.95) for crowd in (without, beside))
    ratio = after / before
    waits = {kind: longest(beside.of(kind)) for kind in WRITES}
    longest_write = max(longest(crowd.of(*WRITES)) for crowd in (without, beside))
    failed = errors([*without.samples, *beside.samples])
    answered = share_ok(beside.of("answer"))
    said = f"answers p95 {before:.2f} s → {after:.2f} s with long texts (× {ratio:.1f}, "
    said += f"{100 * answered:.0f} % answered); longest write {longest_write:.1f} s; {failed} × "
    said += f"500 or no answer of {len(without.samples) + len(beside.samples)}; "
    said += f"memory to {memory.peak_mb:.0f} MB"
    figures = {
        "answers_p95_s": [before, after],
        "ratio": ratio,
        "answers_answered": answered,
        "longest_write_s": longest_write,
        "longest_write_beside_long_s": waits,
        "errors": failed,
        "statuses": [_by_kind(without), _by_kind(beside)],
        "peak_mb": memory.peak_mb,
    }
    is_quick = ratio <= MOST_RATIO and longest_write <= LONGEST_WRITE_S
    return Finding(is_quick and answered >= 0.95 and not failed, said, figures)


def _by_kind(crowd: Crowd) -> dict[str, dict[str, int]]:
    kinds = sorted({sample.kind for sample in crowd.samples})
    return {kind: statuses(crowd.of(kind)) for kind in kinds}


def _work(server: Server, seconds: float, *, long_ones: int) -> Crowd:
    crowd = Crowd(server, timeout=60)
    crowd.add("answer", ask, count=12, pause=PAUSE)
    for _ in range(6):
        crowd.add("chat", _talker(), pause=PAUSE)
    crowd.add("branch", _look_for_branches, count=4, pause=PAUSE)
    crowd.add("staff", _do_office_work, count=4, pause=PAUSE)
    for _ in range(3):
        crowd.add("upload", _uploader(), pause=PAUSE)
    crowd.add("application", _apply, count=3, pause=PAUSE)
    numbers = itertools.count(1)
    if long_ones:
        crowd.add("long", _asker_of_long_ones(numbers), count=long_ones, pause=(0.1, 0.2))
    crowd.stopping.wait(seconds)
    crowd.stop()
    return crowd


def _asker_of_long_ones(numbers: "itertools.count[int]") -> Callable[[httpx.Client], None]:
    def ask_long(client: httpx.Client) -> None:
        client.post("/v1/answers", json={"question": long_text(1000, next(numbers))})

    return ask_long


def _talker() -> Callable[[httpx.Client], None]:
    """A person who fills in one form after another, a step at a time."""
    chats: list[Chat] = []

    def talk(client: httpx.Client) -> None:
        if not chats:
            chats.append(Chat(client))
            chats[0].say("我要申请")
        elif chats[0].field is None:
            chats.pop().choose("submit")
        else:
            chats[0].answer_field(id_number=new_id_number())

    return talk


def _uploader() -> Callable[[httpx.Client], None]:
    """A person who hands in one file after another."""
    people: list[Applicant] = []

    def upload(client: httpx.Client) -> None:
        if not people or random.random() < 0.2:
            people[:] = [Applicant(client)]
            people[0].open().raise_for_status()
        people[0].attach(b"%PDF-1.4 " + random.randbytes(500_000)).raise_for_status()

    return upload


def _look_for_branches(client: httpx.Client) -> None:
    lat, lon = random.choice(PLACES)
    client.get("/v1/branches/nearest", params={"lat": lat, "lon": lon})
    client.get("/v1/branches/nearest", params={"place": "济宁市任城区"})


def _do_office_work(client: httpx.Client) -> None:
    if "Authorization" not in client.headers:
        log_in(client, "zhang").raise_for_status()
    client.get("/v1/staff/unanswered")
    client.get("/v1/staff/documents")


def _apply(client: httpx.Client) -> None:
    Applicant(client).apply()
