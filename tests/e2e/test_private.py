"""The real processes: what they leave on disk, to whom, and what they say without their key."""

import os
import stat
import subprocess
from pathlib import Path

import httpx
import pytest

from api.auth.secrets import service_token
from api.settings import ApiSettings
from bot.app import remote_engine
from bot.settings import BotSettings
from tests.e2e.person import ANSWERS, Person
from tests.fakes.running_server import COMMAND, RunningServer

MARKED = {
    **ANSWERS,
    "business_name": "标记面馆甲乙",
    "trade": "标记行当丙丁",
    "use_of_funds": "标记用途戊己",
    "own_consumer_amount": "13145720元",
    "amount_yuan": "217613元",
}
SECRETS = [
    "标记面馆",
    "标记行当",
    "标记用途",
    "13145720",
    "11010519491231002X",
    "13800000001",
    "张演示",
]


@pytest.fixture
def server(tmp_path):
    running = RunningServer(tmp_path / "data", CHUANGDAI_VECTORS="false").start()
    yield running
    if running.process.poll() is None:
        running.stop()


async def fill_in(server: RunningServer) -> str:
    async with httpx.AsyncClient(base_url=server.url, timeout=60) as client:
        person = Person(client)
        await person.say("我要申请")
        await person.fill(MARKED)
        return await person.say("提交")


def open_to_others(folder: Path) -> list[str]:
    everything = [folder, *folder.rglob("*")]
    log = folder / "server.log"  # the test's own, opened before the server ran
    return [
        f"{path} {stat.filemode(path.lstat().st_mode)}"
        for path in everything
        if path != log and path.lstat().st_mode & 0o077
    ]


async def test_a_form_filled_in_the_chat_lies_nowhere_in_plain(server, tmp_path):
    done = await fill_in(server)
    lies = b"\n".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())
    server.stop()
    left = b"\n".join(p.read_bytes() for p in tmp_path.rglob("*") if p.is_file())

    assert "受理编号：CD" in done
    assert [secret for secret in SECRETS if secret.encode() in lies + left] == []


async def test_what_is_served_is_closed_to_other_users_also_where_it_was_open(server, tmp_path):
    await fill_in(server)
    fresh = open_to_others(tmp_path / "data")
    server.stop()
    for path in [tmp_path / "data", *(tmp_path / "data").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    server.start()
    await fill_in(server)

    assert fresh == []
    assert open_to_others(tmp_path / "data") == []
    files = [p for p in (tmp_path / "data").rglob("*") if p.is_file() and p.name != "server.log"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {p.suffix for p in files} >= {".db", ".db-wal", ".db-shm"}


@pytest.mark.parametrize(
    ("harm", "code"),
    [("lost", "key_missing"), ("other", "key_mismatch"), ("empty", "key_unreadable")],
)
async def test_without_its_key_no_command_starts_and_each_says_so_in_a_sentence(
    server, tmp_path, harm, code
):
    await fill_in(server)
    server.stop()
    key = tmp_path / "data" / "keys" / "encryption"
    if harm == "lost":
        key.unlink()
    else:
        key.write_text("another key of some length" if harm == "other" else "")

    told = {
        " ".join(command): run([*command], tmp_path / "data")
        for command in (["serve"], ["api"], ["chat"], ["db", "migrate"], ["keys", "status"])
    }
    doctor = run(["doctor"], tmp_path / "data")

    for command, done in told.items():
        assert done.returncode == 1, command
        assert "密钥" in done.stderr, command
        assert code in done.stderr, command
        assert "Traceback" not in done.stdout + done.stderr, command
        assert len(done.stderr.strip().splitlines()) == 1, command
    assert doctor.returncode == 1
    assert code in doctor.stdout
    assert key.exists() == (harm != "lost")


def test_a_bot_elsewhere_needs_no_key_and_makes_none(tmp_path):
    token = service_token(ApiSettings(data_dir=tmp_path))

    remote_engine(BotSettings(api_url="http://127.0.0.1:9"), token, None)

    assert not (tmp_path / "keys" / "encryption").exists()
    assert not list(tmp_path.glob("*.db"))


def run(command: list[str], data_dir: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *command, "--data-dir", str(data_dir)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "300"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
