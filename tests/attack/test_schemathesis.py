"""The description of the API tried out by schemathesis with every check it has, in three roles.

The normal run tries each role briefly, on what the role opens. ``make attack`` tries all
operations in all roles on both databases; ``CHUANGDAI_ATTACK_EXAMPLES`` says how many cases
are made up per operation and phase.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.fakes.running_server import COMMAND, RunningServer

ROOT = Path(__file__).parents[2]
CONFIG = Path(__file__).with_suffix(".toml")
SCHEMATHESIS = str(Path(sys.executable).with_name("schemathesis"))
EXAMPLES = os.environ.get("CHUANGDAI_ATTACK_EXAMPLES", "100")
EXAMPLES_IN_BRIEF = "3"
# What each token opens; without one everything else is tried.
OPENS = {
    "anonymous": ".",
    "service": "^/v1/(applications|handovers|conversations)",
    "staff": "^/v1/staff",
}
PASSWORD = "long enough 演示 3"
# What ends the session of the role that is trying it.
ENDS_THE_SESSION = {"staff": ["--exclude-path", "/v1/staff/logout"]}


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.attack)]
)
def server(request, tmp_path_factory) -> Iterator[RunningServer]:
    """The whole application as a person runs it, without vectors: they answer no differently."""
    environment = {"CHUANGDAI_VECTORS": "false", "CHUANGDAI_LOG_LEVEL": "WARNING"}
    if request.param == "postgresql":
        socket = request.getfixturevalue("postgres_server")
        environment["CHUANGDAI_DATABASE_URL"] = f"postgresql+psycopg://postgres@/?host={socket}"
    server = RunningServer(tmp_path_factory.mktemp("attacked"), **environment)
    server.start()
    yield server
    server.stop()


def token_of(server: RunningServer, role: str) -> str | None:
    """The token a role comes with; staff are the most powerful there are."""
    if role == "anonymous":
        return None
    data = server.data_dir
    if role == "service":
        return (data / "keys/service_token").read_text()
    subprocess.run(
        [COMMAND, "staff", "add", "attacker", "--role", "administrator", "--data-dir", str(data)],
        env={**os.environ, **server.environment, "CHUANGDAI_STAFF_PASSWORD": PASSWORD},
        check=True,
        capture_output=True,
    )
    login = {"login": "attacker", "password": PASSWORD}
    answer = httpx.post(f"{server.url}/v1/staff/login", json=login)
    return str(answer.raise_for_status().json()["token"])


def attack(server: RunningServer, role: str, folder: Path, *options: str) -> None:
    """Run all phases and checks; the whole report is what fails."""
    token = token_of(server, role)
    command = [SCHEMATHESIS, "--no-color", "--config-file", str(CONFIG)]
    command += ["run", f"{server.url}/openapi.json", *options, *ENDS_THE_SESSION.get(role, [])]
    command += ["--header", f"Authorization: Bearer {token}"] if token else []
    run = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-20_000:] + run.stderr[-2000:]
    assert server.process.poll() is None


@pytest.mark.parametrize("role", OPENS)
def test_every_check_is_clean_in_brief(server, role, tmp_path):
    attack(
        server,
        role,
        tmp_path,
        "--max-examples",
        EXAMPLES_IN_BRIEF,
        "--include-path-regex",
        OPENS[role],
    )


@pytest.mark.attack
@pytest.mark.parametrize("role", OPENS)
def test_every_check_is_clean(server, role, tmp_path):
    attack(server, role, tmp_path, "--max-examples", EXAMPLES)
