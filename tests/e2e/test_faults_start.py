"""Whatever stands in the way of a command: one sentence that says what to do, and exit code 1."""

import asyncio
import os
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.db.engine import Database
from api.db.migrate import migrate
from tests.fakes.running_server import COMMAND, RunningServer
from tests.fakes.small_disk import SmallDisk, without_privileges

QUESTION = "山东个人最多能贷多少"
PASSWORD = "correct-horse-battery-演示"


def chuangdai(
    *arguments: str, data_dir: Path, unprivileged: bool = False, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *arguments, "--data-dir", str(data_dir)],
        env={**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "300", **environment},
        capture_output=True,
        text=True,
        timeout=180,
        preexec_fn=without_privileges if unprivileged else None,
        check=False,
    )


def assert_told(done: subprocess.CompletedProcess[str], code: str) -> None:
    told = done.stderr.strip().splitlines()[-1]
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr + done.stdout
    assert f"（{code}" in told
    assert "请" in told


@pytest.fixture
def data_dir(tmp_path) -> Path:
    """A data directory with a database in it."""
    folder = tmp_path / "data"

    async def make() -> None:
        database = Database(f"sqlite+aiosqlite:///{folder / 'chuangdai.db'}")
        await migrate(database)
        await database.close()

    asyncio.run(make())
    return folder


@pytest.mark.parametrize(
    "command",
    [
        ("ask", QUESTION),
        ("ingest", "notice.txt"),
        ("staff", "add", "clerk", "--role", "clerk", "--password", PASSWORD),
        ("branches", "import", "branches.csv"),
        ("branches", "export", "branches.csv"),
        ("documents", "list"),
        ("db", "migrate"),
        ("index", "build"),
        ("serve", "--port", "0"),
        ("api", "--port", "0"),
    ],
    ids=" ".join,
)
def test_no_command_goes_on_with_an_emptied_database(data_dir, command, tmp_path):
    (data_dir / "chuangdai.db").write_bytes(b"")
    columns = "id,bank,name,address,region,lat,lon,crs,data_date,source,is_sample\n"
    (tmp_path / "branches.csv").write_text(columns, "utf-8")
    (tmp_path / "notice.txt").write_text("演示", "utf-8")
    command = tuple(str(tmp_path / word) if "." in word else word for word in command)

    assert_told(chuangdai(*command, data_dir=data_dir), "database_damaged")

    assert (data_dir / "chuangdai.db").read_bytes() == b""


def test_the_doctor_says_what_is_wrong_with_the_database(data_dir):
    healthy = chuangdai("doctor", data_dir=data_dir)
    with sqlite3.connect(data_dir / "chuangdai.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    ill = chuangdai("doctor", data_dir=data_dir)

    assert healthy.returncode == 0
    assert ill.returncode == 1
    assert "database_too_new" in ill.stdout.replace("\n", "")
    assert "Traceback" not in ill.stderr


def test_a_newer_database_is_left_alone(data_dir):
    with sqlite3.connect(data_dir / "chuangdai.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    assert_told(chuangdai("serve", "--port", "0", data_dir=data_dir), "database_too_new")


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("doctor",)], ids=" ".join)
def test_a_file_is_no_data_directory(tmp_path, command):
    (tmp_path / "file").write_text("演示", "utf-8")

    for place in (tmp_path / "file", tmp_path / "file" / "data"):
        assert_told(chuangdai(*command, data_dir=place), "data_folder_invalid")


@pytest.mark.parametrize("command", [("serve", "--port", "0"), ("ask", QUESTION)], ids=" ".join)
@pytest.mark.parametrize("mode", [0o000, 0o500])
def test_a_data_directory_of_somebody_else_is_told(data_dir, command, mode):
    data_dir.chmod(mode)
    try:
        done = chuangdai(*command, data_dir=data_dir, unprivileged=True)
    finally:
        data_dir.chmod(0o700)

    assert_told(done, "data_not_writable")


def test_a_read_only_disk_is_told(tmp_path):
    disk = SmallDisk(tmp_path / "disk", "20m")
    try:
        disk.freeze()
        served = chuangdai("serve", "--port", "0", data_dir=disk.folder)
        asked = chuangdai("ask", QUESTION, data_dir=disk.folder)
    finally:
        disk.unmount()

    assert_told(served, "data_not_writable")
    assert_told(asked, "data_not_writable")


def test_a_setting_that_cannot_be_read_is_told_by_its_name_alone(tmp_path):
    for name in (
        "CHUANGDAI_MAX_BODY_BYTES",
        "CHUANGDAI_BOT_TELEGRAM_MODE",
        "CHUANGDAI_LLM_PAUSE_S",
    ):
        done = chuangdai("doctor", data_dir=tmp_path, **{name: "secret-演示"})

        assert_told(done, "setting_invalid")
        assert name in done.stderr
        assert "secret" not in done.stderr


def test_a_port_in_use_is_told(data_dir):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = chuangdai("serve", "--port", port, data_dir=data_dir)
    elsewhere = chuangdai("serve", "--host", "192.0.2.1", "--port", port, data_dir=data_dir)

    assert_told(done, "port_in_use")
    assert_told(elsewhere, "address_unusable")


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("postgresql+psycopg://somebody:secret@127.0.0.1:1/db", "database_unreachable"),
        ("no address", "database_refused"),
    ],
)
def test_a_database_server_that_cannot_be_reached_is_told(tmp_path, address, code):
    environment = {"CHUANGDAI_DATABASE_URL": address}
    for command in (("serve", "--port", "0"), ("db", "migrate")):
        done = chuangdai(*command, data_dir=tmp_path, **environment)

        assert_told(done, code)
        assert "secret" not in done.stderr


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_database_server_that_lets_nobody_in_is_told(tmp_path, database_url):
    address = make_url(database_url).set(username="nobody", password="secret")
    environment = {"CHUANGDAI_DATABASE_URL": address.render_as_string(hide_password=False)}

    done = chuangdai("serve", "--port", "0", data_dir=tmp_path, **environment)

    assert_told(done, "database_refused")
    assert "secret" not in done.stderr


def test_two_servers_that_start_at_once_on_nothing_both_serve(tmp_path, database_url):
    is_shared = database_url.startswith("postgresql")
    environment = {"CHUANGDAI_DATABASE_URL": database_url} if is_shared else {}
    servers = [
        RunningServer(tmp_path / "data", command="api", log=f"{name}.log", **environment)
        for name in "ab"
    ]
    try:
        for server in servers:
            server.launch()
        for server in servers:
            server.wait()
    finally:
        for server in servers:
            server.stop()

    for server in servers:
        assert "Traceback" not in server.log()
