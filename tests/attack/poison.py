"""Poisoned requests: each must be answered or refused, none may end in an error of ours."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import httpx

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.doses import DEEP, Dose, all_doses
from tests.attack.messenger import HEADERS, serve_with_telegram
from tests.attack.people import MOST_STEPS, PASSWORD, Applicant, Chat, add_staff, log_in
from tests.attack.wire import chunked, exchange, request

SERVICE_TOKEN = "attack-service-token-0123456789abcdef"
BY_CODE = {"CHUANGDAI_SERVICE_TOKEN": SERVICE_TOKEN}
CLEAN = "外太空开店的人要不要交演示证明"
OVER = 13_000_000
# Said where each field of the form is asked for.
SAID = ("\x00", "公元1年1月1日", "9999年12月31日", "0001-01-01", "1e-999999", "1e400", "９" * 300)
HELD = "every answer is below 500 (503 and 507 apart), types are kept, a later question is recorded"


@dataclass(slots=True)
class Tally:
    """What came of all doses."""

    statuses: Counter[int] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)

    def note(self, name: str, status: int, *, must_refuse: bool = False) -> None:
        """Count one answer; status 0 is a connection that was closed without one."""
        self.statuses[status] += 1
        if status == 0 or (status >= 500 and status not in (503, 507)):
            self.failed.append(f"{name} ({status or 'no answer'})")
        elif must_refuse and status < 400:
            self.taken.append(f"{name} ({status})")


@attack(
    "poison on SQLite",
    aim="NUL, half characters, 1e-999999, deep JSON, far dates, wrong types, broken bodies",
    held_when=HELD,
)
def poison_sqlite(arena: Arena) -> Finding:
    return _poison(arena, {})


@attack("poison on PostgreSQL", aim="the same on PostgreSQL, which takes no NUL", held_when=HELD)
def poison_postgresql(arena: Arena) -> Finding:
    return _poison(arena, {"CHUANGDAI_DATABASE_URL": arena.postgres_url()})


def _poison(arena: Arena, environment: dict[str, str]) -> Finding:
    server, _ = serve_with_telegram(arena, **LIGHT, **BY_CODE, **environment)
    add_staff(arena, server, "zhang")
    tally = Tally()
    with server.client(timeout=60) as client:
        person = Applicant(client)
        person.open().raise_for_status()
        person.fill().raise_for_status()
        tokens = _tokens(server)
        for dose in all_doses(person.id):
            tally.note(dose.name, _give(client, dose, tokens), must_refuse=dose.must_refuse)
        for name, status in _said_in_the_form(client):
            tally.note(name, status)
    for name, status, must_refuse in _raw_doses(server):
        tally.note(name, status, must_refuse=must_refuse)
    is_recorded = _is_recorded(server)
    return _finding(tally, is_recorded, server.is_running())


def _finding(tally: Tally, is_recorded: bool, is_running: bool) -> Finding:
    total = sum(tally.statuses.values())
    said = f"{len(tally.failed)} of {total} failed"
    said += f" ({', '.join(tally.failed[:6])}…)" if tally.failed else ""
    said += f"; {len(tally.taken)} wrong types taken"
    said += f" ({', '.join(tally.taken[:6])}…)" if tally.taken else ""
    said += "" if is_recorded else "; questions are recorded no more"
    said += "" if is_running else "; the server died"
    figures = {
        "statuses": {str(status): n for status, n in sorted(tally.statuses.items())},
        "failed": tally.failed,
        "taken": tally.taken,
        "recorded": is_recorded,
    }
    return Finding(not (tally.failed or tally.taken) and is_recorded and is_running, said, figures)


def _tokens(server: Server) -> dict[str, dict[str, str]]:
    with server.client() as client:
        log_in(client, "zhang", PASSWORD).raise_for_status()
        editor = client.headers["Authorization"]
    return {
        "nobody": {},
        "service": {"Authorization": f"Bearer {SERVICE_TOKEN}"},
        "editor": {"Authorization": editor},
        "telegram": HEADERS,
    }


def _give(client: httpx.Client, dose: Dose, tokens: dict[str, dict[str, str]]) -> int:
    given = {**dose.request}
    headers = {**given.pop("headers", {}), **tokens[dose.as_who]}
    try:
        return client.request(dose.method, dose.path, headers=headers, **given).status_code
    except (httpx.TransportError, httpx.InvalidURL):
        return 0


def _said_in_the_form(client: httpx.Client) -> Iterator[tuple[str, int]]:
    chat = Chat(client)
    chat.say("我要申请")
    for _ in range(2 * MOST_STEPS):
        field_id = chat.field
        if field_id is None:
            return
        for text in SAID:
            status = chat.post(text=text).status_code
            yield f"said at {field_id}: {text[:12]!r}", status
            if chat.field != field_id:  # taken as the answer, or leading elsewhere
                break
        else:
            chat.answer_field()


def _raw_doses(server: Server) -> Iterator[tuple[str, int, bool]]:
    """What no client library would send: name, status, whether only a refusal is right."""
    json_type = {"Content-Type": "application/json"}
    body = b'{"question": "\xe8\x83\xbd"}'
    whole: dict[str, Iterable[bytes]] = {
        "a key of odd bytes": [request("POST", "/v1/applications/x/submission", _odd_key())],
        "a length of -1": [request("POST", "/v1/answers", {"Content-Length": "-1"}, body)],
        "a length of 1e3": [request("POST", "/v1/answers", {"Content-Length": "1e3"}, body)],
        "a length in Arabic digits": [
            request("POST", "/v1/answers", {"Content-Length": "٣"}, body)
        ],
        "an odd type": [request("POST", "/v1/answers", {"Content-Type": "\xff/\xff"}, body)],
        "UTF-16": [request("POST", "/v1/answers", json_type, body.decode().encode("utf-16"))],
        "a token of odd bytes": [request("GET", "/v1/staff/me", {"Authorization": "Bearer é\x7f"})],
        "basic for bearer": [request("GET", "/v1/staff/me", {"Authorization": "Basic eDp5"})],
        "an odd cookie": [request("GET", "/", {"Cookie": "session=\xff\xfe; =;;="})],
        "an odd host": [request("GET", "/v1/forms", {"X-Forwarded-Host": "'\"><x>"})],
    }
    for name, pieces in whole.items():
        yield name, exchange(server, pieces).status, name.startswith("a ")
    for path in ("/v1/answers", "/v1/messages", "/v1/applications", "/telegram/webhook"):
        done = exchange(server, chunked(path, OVER), timeout=30)
        # It may hang up on who sends on; an answer must be a refusal.
        yield f"13 MB in chunks to {path}", done.status or 413, True
    stated = {"Content-Length": str(OVER), **json_type}
    done = exchange(server, [request("POST", "/v1/answers", stated), b" " * 1000], timeout=10)
    yield "13 MB announced", done.status, True
    deep = [request("POST", "/v1/answers", json_type, b"[" * DEEP)]
    yield "deep and cut off", exchange(server, deep).status, True


def _odd_key() -> dict[str, str]:
    return {"Idempotency-Key": "é" * 300, "Authorization": f"Bearer {SERVICE_TOKEN}"}


def _is_recorded(server: Server, within_s: float = 8) -> bool:
    """Whether an unanswerable question asked now is shown to staff."""
    with server.client() as client:
        log_in(client, "zhang", PASSWORD).raise_for_status()
        client.post("/v1/answers", json={"question": CLEAN})
        end = time.monotonic() + within_s
        while time.monotonic() < end:
            if CLEAN in client.get("/v1/staff/unanswered").text:
                return True
            time.sleep(0.3)
    return False
