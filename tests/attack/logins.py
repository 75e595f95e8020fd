"""Getting in as staff: guesses side by side, names told apart, staff locked out."""

import re
import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.attack.arena import COUNTED, GENEROUS, LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.people import add_staff, log_in

GUESSES = 60
MOST_VERIFIED = 10
# All of loopback is one caller, so that strangers and owners come through a proxy here.
LIMITS = {**LIGHT, **COUNTED, **GENEROUS, "CHUANGDAI_TRUSTED_PROXIES": "127.0.0.1"}
MOST_RATIO = 1.5


@attack(
    "login race",
    aim=f"{GUESSES} guesses at once at one login, before any is counted",
    held_when=f"at most {MOST_VERIFIED} are verified, the rest are turned away",
    quick=True,
)
def race(arena: Arena) -> Finding:
    server = _with_staff(arena, "zhang")
    with ThreadPoolExecutor(GUESSES) as pool:
        answers = list(
            pool.map(lambda n: _guess(server, "198.51.105.1", "zhang", n), range(GUESSES))
        )
    statuses = [status for status, _, _ in answers]
    counts = {status: statuses.count(status) for status in sorted(set(statuses))}
    verified = _verified(server, statuses)
    is_clean = set(counts) <= {401, 429, 503}
    said = f"{verified} of {GUESSES} verified; statuses {counts}"
    return Finding(verified <= MOST_VERIFIED and is_clean, said, {"statuses": counts})


@attack(
    "names of staff told apart",
    aim="find out which logins exist, by status, body or time of wrong guesses",
    held_when=f"12 guesses at a known and an unknown login are answered alike, times ≤ "
    f"{MOST_RATIO} apart",
)
def tell_names_apart(arena: Arena) -> Finding:
    server = _with_staff(arena, "zhang", "wang", "zhao")
    # Time first: a few guesses each at several logins, in turns, from fresh addresses.
    known, unknown = [], []
    for round_ in range(4):
        for n, (real, made_up) in enumerate(zip(("zhang", "wang"), ("sun", "qian"), strict=True)):
            known.append(_guess(server, f"198.51.106.{10 * round_ + n + 1}", real, n)[2])
            unknown.append(_guess(server, f"198.51.106.{10 * round_ + n + 101}", made_up, n)[2])
    first, second = statistics.median(known), statistics.median(unknown)
    ratio = max(first, second) / min(first, second)
    real = [_guess(server, "198.51.107.1", "zhao", n)[:2] for n in range(12)]
    made_up = [_guess(server, "198.51.107.2", "nobody", n)[:2] for n in range(12)]
    said = f"answers {'alike' if real == made_up else _differences(real, made_up)}; "
    said += f"{1000 * first:.0f} ms known, {1000 * second:.0f} ms unknown"
    figures = {"alike": real == made_up, "known_s": first, "unknown_s": second, "ratio": ratio}
    return Finding(real == made_up and ratio <= MOST_RATIO, said, figures)


@attack(
    "staff locked out by a stranger",
    aim="keep a member of staff out by wrong guesses at the login from elsewhere",
    held_when="after 30 wrong guesses of a stranger, the right password from another address works",
)
def lock_out(arena: Arena) -> Finding:
    server = _with_staff(arena, "zhang")
    statuses = [_guess(server, "203.0.113.1", "zhang", n)[0] for n in range(30)]
    with _from(server, "198.51.100.2") as client:
        status = log_in(client, "zhang").status_code
    verified = _verified(server, statuses)
    said = f"{verified} of the stranger's 30 guesses verified, then the owner gets {status}"
    figures = {"verified": verified, "owner": status}
    return Finding(status == 200 and verified <= MOST_VERIFIED, said, figures)


@attack(
    "weak passwords",
    aim="be given an account with a short or a common password",
    held_when="none of six is accepted by staff add",
)
def weak_passwords(arena: Arena) -> Finding:
    weak = ("password12", "1234567890", "qwertyuiop", "11111111111", "123456789012", "password1234")
    folder = arena.new_folder()
    taken = []
    for password in weak:
        done = arena.run_command(
            *("staff", "add", "li", "--role", "clerk", "--data-dir", str(folder)),
            CHUANGDAI_STAFF_PASSWORD=password,
        )
        if done.returncode == 0:
            taken.append(password)
    said = f"{len(taken)} of {len(weak)} accepted: {', '.join(taken)}"
    return Finding(not taken, said, {"accepted": taken})


def _with_staff(arena: Arena, *logins: str) -> Server:
    server = arena.server(**LIMITS)
    for login in logins:
        add_staff(arena, server, login)
    return server.start()


def _guess(server: Server, address: str, login: str, number: int) -> tuple[int, str, float]:
    """Status, code and seconds of one wrong guess."""
    with _from(server, address) as client:
        started = time.perf_counter()
        try:
            response = log_in(client, login, f"wrong guess {number} at it")
        except httpx.TransportError as error:
            return 0, type(error).__name__, time.perf_counter() - started
        return response.status_code, _code(response), time.perf_counter() - started


def _from(server: Server, address: str) -> httpx.Client:
    """A client whose requests come, through a proxy, from an address."""
    client = server.client()
    client.headers["X-Forwarded-For"] = address
    return client


def _verified(server: Server, statuses: list[int]) -> int:
    """How many passwords were looked at: as the server counts, else as it answers."""
    counted = passwords_looked_at(server)
    return statuses.count(401) + statuses.count(200) if counted is None else counted


def passwords_looked_at(server: Server) -> int | None:
    """How many, as the server counts; None where it does not count.

    One that tells nobody whether a guess was looked at answers all of them alike.
    """
    with server.client() as client:
        shown = client.get("/metrics").text
    tries = r'^chuangdai_staff_logins_total\{outcome="(\w+)"\} ([0-9.]+)'
    counted = re.findall(tries, shown, re.MULTILINE)
    if not counted:
        return None
    return int(sum(float(number) for outcome, number in counted if outcome in ("in", "refused")))


def _code(response: httpx.Response) -> str:
    return str(response.json().get("code"))


def _differences(real: list[tuple[int, str]], made_up: list[tuple[int, str]]) -> str:
    number = next(n for n, pair in enumerate(zip(real, made_up, strict=True)) if pair[0] != pair[1])
    return f"differ at guess {number + 1}: {real[number][0]} known, {made_up[number][0]} unknown"
