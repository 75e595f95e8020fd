"""Long texts beside ordinary questions: who waits, how long, and what it takes of memory.

    python -m pytest -m benchmark -s tests/benchmarks/test_long_texts.py

CHUANGDAI_LONG_TEXTS and CHUANGDAI_LONG_TEXT_LENGTH change their number and their length.
"""

import asyncio
import os

import pytest
from rich.console import Console
from rich.table import Table

from tests.fakes.load import Load, long_text, wait_for_vectors
from tests.fakes.running_server import RunningServer

LONG_TEXTS = int(os.environ.get("CHUANGDAI_LONG_TEXTS", "45"))
LENGTH = int(os.environ.get("CHUANGDAI_LONG_TEXT_LENGTH", "1000"))

pytestmark = pytest.mark.benchmark
console = Console(width=100)


def test_long_texts_beside_ordinary_questions(tmp_path):
    server = RunningServer(tmp_path).start()
    wait_for_vectors(server.process.pid)
    alone, loaded = Load(server), Load(server)
    asyncio.run(alone.run([]))
    asyncio.run(loaded.run([long_text(number, LENGTH) for number in range(LONG_TEXTS)]))
    server.stop()

    table = Table(
        *("what", "p50 s", "p95 s", "max s", "endings"),
        title=f"{LONG_TEXTS} × {LENGTH} characters beside ordinary questions",
        title_justify="left",
    )
    table.add_row("ordinary, alone", *alone.ordinary.row())
    table.add_row("ordinary, beside long texts", *loaded.ordinary.row())
    table.add_row("long texts", *loaded.long.row())
    table.add_row("drafts opened", *loaded.drafts.row())
    table.add_row("health", *loaded.health.row())
    console.print(table)
    ratio = loaded.ordinary.p95 / alone.ordinary.p95
    console.print(f"p95 beside long texts / alone: {ratio:.1f}")
    console.print(f"most memory alone {alone.most_mb:.0f} MB, beside {loaded.most_mb:.0f} MB")
