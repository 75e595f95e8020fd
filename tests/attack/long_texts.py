"""Texts that cost much work: alone, and many of them beside ordinary use."""

import itertools
import time

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

MOST_CPU_S = 2.0
LONG_ONES, LENGTH = 45, 1000
GIVE_UP_S = 150.0


@attack(
    "one long text",
    aim="keep a core busy with one request: 2,000 × 贷, odd characters, a long history",
    held_when=f"each costs at most {MOST_CPU_S:.0f} s of a core",
)
def one_long_text(arena: Arena) -> Finding:
    server = warm(arena.serve())
    turns = [{"role": "user", "content": long_text(4000, n)} for n in range(40)]
    bodies = {
        "2,000 × 贷": {"question": "贷" * 2000},
        "2,000 of the field's words": {"question": long_text(2000, 1)},
        "2,000 rare characters": {"question": long_text(2000, 2)},
        "2,000 × 1": {"question": "1" * 2000},
        "2,000 × 第": {"question": "第" * 2000},
        "a history of 160,000": {"question": "利息呢", "history": turns},
    }
    cost = {}
    with server.client(timeout=120) as client:
        for name, body in bodies.items():
            cpu, began = server.cpu_s(), time.monotonic()
            status = client.post("/v1/answers", json=body).status_code
            took = time.monotonic() - began
            cost[name] = {"cpu_s": server.cpu_s() - cpu, "s": took, "status": status}
        cpu, began = server.cpu_s(), time.monotonic()
        response = client.get("/v1/clauses", params={"q": long_text(500, 2)})
        cost["a search of 500"] = {
            "cpu_s": server.cpu_s() - cpu,
            "s": time.monotonic() - began,
            "status": response.status_code,
        }
    said = "; ".join(f"{name}: {c['cpu_s']:.1f} s" for name, c in cost.items())
    is_held = all(c["cpu_s"] <= MOST_CPU_S and c["status"] < 500 for c in cost.values())
    return Finding(is_held, f"seconds of a core: {said}", cost)


@attack(
    "long texts beside ordinary questions",
    aim=f"{LONG_ONES} texts of {LENGTH} characters at once, while others ask, look and apply",
    held_when="ordinary p95 ≤ 1 s and ≥ 95 % answered, drafts p95 ≤ 1 s, health ≤ 1 s, "
    "memory ≤ 2 ×, no 500",
)
def long_texts_beside_ordinary_ones(arena: Arena) -> Finding:
    server = warm(arena.serve())
    alone = _ordinary_use(server)
    time.sleep(8)
    alone.stop()
    numbers = itertools.count(1)

    def ask_long(client: httpx.Client) -> None:
        client.post("/v1/answers", json={"question": long_text(LENGTH, next(numbers))})

    attackers = Crowd(server, timeout=GIVE_UP_S)
    with PeakMemory(server) as memory:
        others = _ordinary_use(server)
        time.sleep(1)
        attackers.add("long", ask_long, count=LONG_ONES, times=1)
        attackers.wait(GIVE_UP_S)
        others.stop()
        attackers.stop()
    return _beside(alone, others, attackers, memory)


def _ordinary_use(server: Server) -> Crowd:
    crowd = Crowd(server, timeout=GIVE_UP_S)
    crowd.add("ordinary", ask, count=2)
    crowd.add("health", lambda client: _get(client, "/healthz"))
    crowd.add("draft", _open_a_draft, pause=(0.4, 0.6))
    return crowd


def _get(client: httpx.Client, path: str) -> None:
    client.get(path)


def _open_a_draft(client: httpx.Client) -> None:
    client.post("/v1/applications", json={"form": "personal"})


def _beside(alone: Crowd, others: Crowd, attackers: Crowd, memory: PeakMemory) -> Finding:
    ordinary, drafts, health = (others.of(kind) for kind in ("ordinary", "draft", "health"))
    long_ones = attackers.of("long")
    p50, p95 = quantile(ordinary, 0.5), quantile(ordinary, 0.95)
    draft_p95, health_max = quantile(drafts, 0.95), longest(health)
    growth = memory.peak_mb / memory.before_mb
    failed = errors([*ordinary, *drafts, *health, *long_ones])
    answered = share_ok(ordinary)
    said = f"ordinary p50 {p50:.2f} s, p95 {p95:.2f} s, max {longest(ordinary):.2f} s "
    said += f"({100 * answered:.0f} % of {len(ordinary)} answered; alone p95 "
    said += f"{quantile(alone.of('ordinary'), 0.95):.2f} s); drafts p95 {draft_p95:.2f} s; "
    said += f"health max {health_max:.2f} s; long ones max {longest(long_ones):.1f} s "
    said += f"{statuses(long_ones)}; memory {memory.before_mb:.0f} → {memory.peak_mb:.0f} MB"
    said += f"; {failed} × 500 or no answer" if failed else ""
    figures = {
        "alone_p95_s": quantile(alone.of("ordinary"), 0.95),
        "ordinary_p50_s": p50,
        "ordinary_p95_s": p95,
        "ordinary_max_s": longest(ordinary),
        "ordinary_answered": answered,
        "draft_p95_s": draft_p95,
        "draft_max_s": longest(drafts),
        "health_max_s": health_max,
        "long_max_s": longest(long_ones),
        "long_statuses": statuses(long_ones),
        "memory_mb": [memory.before_mb, memory.peak_mb],
        "errors": failed,
    }
    is_held = p95 <= 1 and answered >= 0.95 and draft_p95 <= 1 and health_max <= 1
    return Finding(is_held and growth <= 2 and not failed, said, figures)


def warm(server: Server) -> Server:
    """Wait until the vectors of a server are loaded, and let it answer."""
    time.sleep(4)
    server.wait_until_idle()
    with server.client() as client:
        for _ in range(12):
            ask(client)
    return server
