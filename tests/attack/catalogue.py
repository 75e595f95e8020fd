"""What an attack is, how it ended, and the list of all attacks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.attack.arena import Arena

MODULES = (
    "takeovers",
    "buttons",
    "guessing",
    "logins",
    "digits",
    "keys",
    "at_rest",
    "traces",
    "poison",
    "long_texts",
    "crowd",
    "connections",
    "page_sockets",
    "limits",
    "disk",
    "broken_folders",
    "crashes",
    "documents",
    "pages",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """How an attack ended; ``is_held`` is None where it could not be tried, and why is told."""

    is_held: bool | None
    measured: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: what the attacker does, what counts as held, and whether it is quick.

    Quick ones take a few seconds and are part of the usual tests.
    """

    name: str
    aim: str
    held_when: str
    run: Callable[[Arena], Finding]
    is_quick: bool


_known: dict[str, Attack] = {}


def attack(
    name: str, *, aim: str, held_when: str, quick: bool = False
) -> Callable[[Callable[[Arena], Finding]], Callable[[Arena], Finding]]:
    """Enter a function into the list of attacks."""

    def enter(run: Callable[[Arena], Finding]) -> Callable[[Arena], Finding]:
        _known[name] = Attack(name, aim, held_when, run, quick)
        return run

    return enter


def all_attacks() -> list[Attack]:
    """Every attack, in the order of the modules."""
    for module in MODULES:
        import_module(f"tests.attack.{module}")
    return list(_known.values())
