"""Makes one attack, in a fresh folder."""

import tempfile
import time
from pathlib import Path

from tests.attack.arena import Arena, Server
from tests.attack.catalogue import Attack
from tests.attack.report import Entry, load_average


def make(attack: Attack, seconds: float, plain: Server | None = None) -> Entry:
    """Make an attack; ``seconds`` is how long load is kept up, ``plain`` a server to share."""
    started, load = time.monotonic(), load_average()
    with (
        tempfile.TemporaryDirectory(prefix="attack-", ignore_cleanup_errors=True) as folder,
        Arena(Path(folder), seconds, plain) as arena,
    ):
        finding = attack.run(arena)
    return Entry(attack, finding, time.monotonic() - started, max(load, load_average()))
