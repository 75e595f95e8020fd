"""Each import contract catches a planted violation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("knowledge/documents.py", "import ingest.errors", "Packages point downwards"),
        ("ingest/errors.py", "import api.contract.crs", "Packages point downwards"),
        ("api/main.py", "import bot.app", "Packages point downwards"),
        (
            "bot/dialogue/responder.py",
            "import knowledge.understanding.fields",
            "A message is read once",
        ),
        (
            "knowledge/answering/triage.py",
            "import knowledge.understanding.lexicon.attributes",
            "A message is read once",
        ),
        ("bot/dialogue/engine.py", "import api.db", "The bot knows the API only by its contract"),
        ("bot/app.py", "import api.main", "The bot knows the API only by its contract"),
        ("bot/settings.py", "import api.settings", "The bot knows the API only by its contract"),
        ("bot/stray.py", "import api.headers", "The bot knows the API only by its contract"),
        ("bot/channels/web/page.py", "import ingest", "The bot knows the API only by its contract"),
        ("bot/channels/web/page.py", "import bot.channels.telegram", "Channels are strangers"),
        ("bot/app.py", "import bot.all_in_one", "Inside bot"),
        ("bot/errors.py", "import bot.dialogue", "Inside bot"),
        ("api/branches/service.py", "import api.applications", "Inside api"),
        ("api/documents/ingestion/impact.py", "import api.faq.store", "Inside api"),
        ("api/contract/geo.py", "import api.errors", "Inside api"),
        ("api/db/engine.py", "import api.faq.tables", "Inside api"),
        ("api/main.py", "import api.commands", "Inside api"),
        ("api/stray.py", "", "Inside api"),
        ("knowledge/rules/parameters.py", "import knowledge.answering", "Inside knowledge"),
        ("knowledge/stray.py", "", "Inside knowledge"),
        ("knowledge/kit/clock.py", "import httpx", "Pure rooms"),
        ("knowledge/llm/check.py", "import openai", "Language models stay in knowledge.llm.model"),
        ("knowledge/answering/pipeline.py", "import knowledge.llm", "Inside knowledge"),
        ("knowledge/app.py", "import chromadb", "Vector libraries stay in knowledge.index"),
    ],
)
def test_a_planted_violation_is_caught(tmp_path, module, line, contract):
    for package in ("bot", "api", "ingest", "knowledge"):
        shutil.copytree(
            ROOT / package,
            tmp_path / package,
            ignore=shutil.ignore_patterns("*.md", "*.npz", "__pycache__"),
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    planted = tmp_path / module
    source = planted.read_text("utf-8") if planted.exists() else ""
    planted.write_text(f"{source}\n{line}\n", "utf-8")

    run = subprocess.run(
        [LINT, "--no-cache"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 1
    broken = [row for row in run.stdout.splitlines() if " BROKEN" in row]
    assert any(row.startswith(contract) for row in broken), run.stdout
