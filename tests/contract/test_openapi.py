"""The public contract of the API, as it was last agreed upon.

A change of ``openapi.json`` is a change for everybody who calls the API. When it is meant,
write the file anew with ``UPDATE_CONTRACT=1 make test`` and say why in CHANGELOG.md.
"""

import json
import os
from pathlib import Path

from bot.all_in_one import create_app
from tests.e2e.conftest import app_settings

SNAPSHOT = Path(__file__).with_name("openapi.json")


def test_the_contract_is_the_one_agreed_upon(tmp_path):
    house = create_app(app_settings(tmp_path), with_web=False, with_telegram=False)
    contract = house.openapi()
    if os.environ.get("UPDATE_CONTRACT"):
        text = json.dumps(contract, ensure_ascii=False, indent=1, sort_keys=True)
        SNAPSHOT.write_text(text + "\n", "utf-8")

    assert contract == json.loads(SNAPSHOT.read_text("utf-8"))


def test_every_operation_is_described_and_errors_are_problems():
    contract = json.loads(SNAPSHOT.read_text("utf-8"))
    for path, operations in contract["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation.get("summary"), where
            for status, response in operation["responses"].items():
                if status.startswith(("4", "5")):
                    schemas = json.dumps(response.get("content", {}))
                    assert "Problem" in schemas, f"{where} {status}: {schemas}"
