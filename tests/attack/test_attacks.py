"""The attacks as tests: the quick ones always, all of them with ``make attack``."""

import gc
import os
from collections.abc import Iterator

import pytest

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Attack, all_attacks
from tests.attack.report import Entry, show
from tests.attack.running import make

# An attacker drops connections half-way; the rubbish that this leaves here is not the server's.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SECONDS = float(os.environ.get("ATTACK_SECONDS", "60"))
ATTACKS = all_attacks()


@pytest.fixture(autouse=True)
def rubbish_stays_here() -> Iterator[None]:
    """What an attack dropped is collected under these filters, not in a later module's tests."""
    yield
    gc.collect()


@pytest.fixture(scope="module")
def plain(tmp_path_factory) -> Iterator[Server]:
    """A light server that the attacks share which leave it as good as new."""
    with Arena(tmp_path_factory.mktemp("plain")) as arena:
        yield arena.serve(**LIGHT)


@pytest.fixture(scope="module")
def entries() -> Iterator[list[Entry]]:
    """What has been found; shown as one table at the end."""
    found: list[Entry] = []
    yield found
    show(found, "Attacks")


@pytest.mark.parametrize("attack", [a for a in ATTACKS if a.is_quick], ids=lambda a: a.name)
def test_a_quick_attack_is_held(attack: Attack, plain: Server):
    finding = make(attack, SECONDS, plain).finding

    assert finding.is_held, f"held when {attack.held_when}; found {finding.measured}"


@pytest.mark.attack
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda a: a.name)
def test_an_attack_is_held(attack: Attack, entries: list[Entry]):
    entry = make(attack, SECONDS)
    entries.append(entry)

    if entry.finding.is_held is None:
        pytest.skip(entry.finding.measured)
    assert entry.finding.is_held, f"held when {attack.held_when}; found {entry.finding.measured}"
