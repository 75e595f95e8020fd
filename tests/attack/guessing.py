"""Guessing receipts and handover codes, from one address and from many."""

import secrets
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, pairwise
from typing import TypeVar

from tests.attack.arena import COUNTED, GENEROUS, LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.people import Applicant, Chat, addresses

Guess = TypeVar("Guess")
MOST_EVALUATED = 20
MOST_ON_ONE_RECEIPT = 30
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
FOUND = "已提交"
# Only what counts guesses is to stop them here, not the limit on requests of any kind.
LIMITS = {**LIGHT, **COUNTED, **GENEROUS}


@attack(
    "counting receipts",
    aim="tell other people's receipt numbers from one's own",
    held_when="those of six submissions do not follow from each other by counting",
    quick=True,
)
def count_receipts(arena: Arena) -> Finding:
    server = arena.plain()
    with server.client() as client:
        receipts = [Applicant(client).apply() for _ in range(6)]
    guessed = sum(_follows(a, b) for a, b in pairwise(receipts))
    said = f"{guessed} of 5 follow from the one before ({receipts[0]}, {receipts[1]})"
    return Finding(guessed == 0, said, {"guessed": guessed, "receipts": receipts})


def _follows(one: str, other: str) -> bool:
    """Whether adding up to ten to a run of digits gives the other, a check digit apart."""
    bodies = [receipt.rstrip("0123456789").rstrip("-") or receipt for receipt in (one, other)]
    if len(one) != len(other):
        return False
    numbers = ["".join(c for c in body if c.isdigit()) for body in bodies]
    letters = ["".join(c for c in receipt if not c.isdigit()) for receipt in (one, other)]
    return letters[0] == letters[1] and abs(int(numbers[1]) - int(numbers[0])) <= 10


@attack(
    "receipts guessed from one address",
    aim="try the last four digits of a phone for a known receipt, a new conversation each",
    held_when=f"at most {MOST_EVALUATED} guesses a minute are evaluated",
    quick=True,
)
def guess_from_one_address(arena: Arena) -> Finding:
    server = arena.serve(**LIMITS)
    with server.client() as client:
        receipt = Applicant(client).apply()
        _say_anew(server, None, "你好")
        guesses = [f"{receipt} {number:04d}" for number in range(120)]
        started = time.monotonic()
        evaluated = _evaluated(lambda words: _say_anew(server, "127.0.3.1", words), guesses)
        took = time.monotonic() - started
        is_found = FOUND in _say_anew(server, "127.0.3.1", f"{receipt} 8000")
    said = f"{evaluated} of 120 guesses evaluated in {took:.0f} s, then found: {is_found}"
    figures = {"tried": 120, "evaluated": evaluated, "seconds": took, "found": is_found}
    return Finding(evaluated <= MOST_EVALUATED and not is_found, said, figures)


@attack(
    "one receipt guessed from many addresses",
    aim="try the last four digits of a phone for a known receipt, 40 addresses × 5",
    held_when=f"at most {MOST_ON_ONE_RECEIPT} of 200 guesses in a minute are evaluated",
    quick=True,
)
def guess_from_many_addresses(arena: Arena) -> Finding:
    server = arena.serve(**LIMITS)
    with server.client() as client:
        receipt = Applicant(client).apply()
    callers = list(islice(addresses(first=1100), 40))
    jobs = [(caller, f"{receipt} {number:04d}") for number in range(5) for caller in callers]
    evaluated = _evaluated(lambda job: _say_anew(server, *job), jobs)
    said = f"{evaluated} of {len(jobs)} guesses evaluated"
    figures = {"tried": len(jobs), "evaluated": evaluated}
    return Finding(evaluated <= MOST_ON_ONE_RECEIPT, said, figures)


@attack(
    "handover codes guessed",
    aim="try codes by which a draft goes on elsewhere, a new conversation each",
    held_when=f"at most {MOST_EVALUATED} guesses a minute are evaluated",
    quick=True,
)
def guess_codes(arena: Arena) -> Finding:
    server = arena.serve(**LIMITS)
    codes = ["".join(secrets.choice(CODE_ALPHABET) for _ in range(8)) for _ in range(120)]
    guesses = [f"续办 {code[:4]}-{code[4:]}" for code in codes]
    evaluated = _evaluated(lambda words: _say_anew(server, "127.0.3.2", words), guesses)
    said = f"{evaluated} of 120 guesses evaluated"
    return Finding(evaluated <= MOST_EVALUATED, said, {"tried": 120, "evaluated": evaluated})


def _say_anew(server: Server, address: str | None, words: str) -> str:
    """Say something in a new conversation; what is shown, or the status that refused it."""
    with server.client(address=address) as client:
        chat = Chat(client)
        response = chat.post(text=words)
        return chat.shown if response.is_success else str(response.status_code)


def _evaluated(guess: Callable[[Guess], str], guesses: list[Guess]) -> int:
    """How many guesses got the answer that the first wrong one got, not a refusal."""
    first, *rest = guesses
    wrong = guess(first)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, rest))
    return 1 + sum(answer == wrong for answer in answers)
