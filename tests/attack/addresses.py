"""Addresses that are not loopback, on this machine only and only while an attack lasts."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

# Ranges for benchmarks and documentation: nobody's.
V4 = [f"198.18.73.{number}" for number in range(1, 9)]
V6_64 = [f"2001:db8:7391:1::{number + 16:x}" for number in range(90)]
NEEDS = "needs root and ip to have addresses that are not loopback"


def can_have_addresses() -> bool:
    """Whether this machine lets us have more addresses."""
    return os.geteuid() == 0 and shutil.which("ip") is not None


@contextmanager
def foreign(addresses: Sequence[str]) -> Iterator[None]:
    """Have some addresses on the loopback device."""
    _change("add", addresses, check=True)
    try:
        yield
    finally:
        _change("del", addresses, check=False)


def _change(verb: str, addresses: Sequence[str], *, check: bool) -> None:
    lines = [
        f"addr {verb} {a}/{128 if ':' in a else 32} dev lo{' nodad' if ':' in a else ''}"
        for a in addresses
    ]
    subprocess.run(
        ["ip", "-force", "-batch", "-"],
        input="\n".join([*lines, ""]),
        text=True,
        check=check,
        capture_output=True,
    )
