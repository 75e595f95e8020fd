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
CODE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
FOUND = "已提交"
# Only what counts guesses is to stop them here, not the limit on requests of any kind.
LIMITS = {**LIGHT, **COUNTED, **GENEROUS}
FROM_ONE, FROM_MANY = 40, 60


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
    """Whether adding up to ten to the digits gives the other, a check digit apart."""
    (first, first_check), (second, second_check) = ((r[:-1], r[-1]) for r in (one, other))
    if not (first_check + second_check).isdigit() or len(first) != len(second):
        return False
    letters = ["".join(c for c in text if not c.isdigit()) for text in (first, second)]
    numbers = [int("".join(c for c in text if c.isdigit())) for text in (first, second)]
    return letters[0] == letters[1] and abs(numbers[1] - numbers[0]) <= 10


@attack(
    "receipts guessed from one address",
    aim="try the last four digits of a phone for a known receipt, a new conversation each",
    held_when=f"after {FROM_ONE} wrong guesses the right one is told nothing any more",
    quick=True,
)
def guess_from_one_address(arena: Arena) -> Finding:
    server = arena.serve(**LIMITS)
    with server.client() as client:
        receipt = Applicant(client).apply()
    guesses = [f"{receipt} {number:04d}" for number in range(FROM_ONE)]
    began = time.monotonic()
    evaluated = _evaluated(lambda words: _say_anew(server, "127.0.3.1", words), guesses)
    took = time.monotonic() - began
    is_found = FOUND in _say_anew(server, "127.0.3.1", f"{receipt} 8000")
    said = f"{evaluated} of {FROM_ONE} evaluated in {took:.0f} s, then found: {is_found}"
    figures = {"tried": FROM_ONE, "evaluated": evaluated, "seconds": took, "found": is_found}
    return Finding(not is_found, said, figures)


@attack(
    "one receipt guessed from many addresses",
    aim="try the last four digits of a phone for a known receipt, from an address each",
    held_when=f"after {FROM_MANY} wrong guesses of as many callers the right one is told nothing",
)
def guess_from_many_addresses(arena: Arena) -> Finding:
    server = arena.serve(**LIMITS)
    with server.client() as client:
        receipt = Applicant(client).apply()
    *callers, last = islice(addresses(first=1100), FROM_MANY + 1)
    guesses = [(caller, f"{receipt} {number:04d}") for number, caller in enumerate(callers)]
    evaluated = _evaluated(lambda guess: _say_anew(server, *guess), guesses)
    is_found = FOUND in _say_anew(server, last, f"{receipt} 8000")
    said = f"{evaluated} of {FROM_MANY} evaluated, then found: {is_found}"
    figures = {"tried": FROM_MANY, "evaluated": evaluated, "found": is_found}
    return Finding(not is_found, said, figures)


@attack(
    "handover codes guessed",
    aim="try codes by which a draft goes on elsewhere, a new conversation each",
    held_when=f"after {FROM_ONE} wrong guesses from one address a right code opens nothing",
)
def guess_codes(arena: Arena) -> Finding:
    server = arena.serve(**LIMITS)
    with server.client() as client:
        owner = Chat(client)
        owner.fill_until("region")
        right = owner.say("换个渠道").split("续办码：")[1][:9]
    codes = ["".join(secrets.choice(CODE_ALPHABET) for _ in range(8)) for _ in range(FROM_ONE)]
    guesses = [f"续办 {code[:4]}-{code[4:]}" for code in codes]
    evaluated = _evaluated(lambda words: _say_anew(server, "127.0.3.2", words), guesses)
    is_open = "已经接上" in _say_anew(server, "127.0.3.2", f"续办 {right}")
    said = f"{evaluated} of {FROM_ONE} evaluated, then a right one opens: {is_open}"
    figures = {"tried": FROM_ONE, "evaluated": evaluated, "opened": is_open}
    return Finding(not is_open, said, figures)


def _say_anew(server: Server, address: str, words: str) -> str:
    """Say something in a new conversation; what is shown, or the status that refused it."""
    with server.client(address=address) as client:
        chat = Chat(client)
        response = chat.post(text=words)
        return chat.shown if response.is_success else str(response.status_code)


def _evaluated(guess: Callable[[Guess], str], guesses: list[Guess]) -> int:
    """How many wrong guesses are answered as the first of them is, and not turned away."""
    first, *rest = guesses
    wrong = guess(first)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(guess, rest))
    return 1 + sum(answer == wrong for answer in answers)
