"""Documents as an office keeps them: read in, used in every process, withdrawn, restored."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from tests.fakes.running_server import COMMAND, RunningServer
from tests.fakes.sample_policy import SamplePolicy, plain_lines

QUESTION = {"question": "济宁市创业担保贷款，申请人应当符合哪些条件（演示）", "region": "济宁市"}
CHROMA = str(Path(sys.executable).with_name("chroma"))


def run(*arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [COMMAND, *arguments],
        env={**os.environ, "OMP_NUM_THREADS": "1", "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return done.stdout


def write(folder: Path, policy: SamplePolicy, name: str = "notice.txt") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text("\n".join(plain_lines(policy)), "utf-8")
    return path


def cited(url: str) -> set[str]:
    answer = httpx.post(f"{url}/v1/answers", json=QUESTION, timeout=30).json()
    return {citation["number"] for citation in answer["citations"]}


def kept_in(data_dir: Path) -> int:
    """How many documents a run has kept so far."""
    address = f"file:{data_dir}/chuangdai.db?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True)) as database:
            return database.execute("SELECT count(*) FROM document_texts").fetchone()[0]
    except sqlite3.OperationalError:  # not made yet
        return 0


def wait_until(is_so, within_s: float) -> float:
    """Seconds until it is so."""
    started = time.monotonic()
    while not is_so():
        assert time.monotonic() - started < within_s, f"not so after {within_s} s"
        time.sleep(0.02)
    return time.monotonic() - started


@pytest.fixture
def chroma_port(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [CHROMA, "run", "--path", str(tmp_path / "chroma"), "--port", str(port)]
    with (tmp_path / "chroma.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        beat = f"http://127.0.0.1:{port}/api/v2/heartbeat"

        def beats() -> bool:
            try:
                return httpx.get(beat, timeout=1).status_code == 200
            except httpx.TransportError:
                return False

        wait_until(beats, 30)
        yield port
        process.terminate()
        process.wait(timeout=20)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_document_is_used_and_withdrawn_in_every_process(database_url, chroma_port, tmp_path):
    environment = {
        "CHUANGDAI_DATABASE_URL": database_url,
        "CHUANGDAI_CHROMA_HOST": "127.0.0.1",
        "CHUANGDAI_CHROMA_PORT": str(chroma_port),
        "CHUANGDAI_DATA_DIR": str(tmp_path / "data"),
        "CHUANGDAI_ENCRYPTION_KEY": "演示-of-both",
    }
    policy = SamplePolicy()
    servers = [
        RunningServer(tmp_path / name, command="api", **environment).start() for name in "ab"
    ]
    try:
        run("ingest", str(write(tmp_path, policy)), **environment)
        for server in servers:
            wait_until(lambda url=server.url: policy.number in cited(url), 60)
        listed = run("documents", "list", "--added", **environment)
        document_id = next(w for w in listed.split("│")[1:] if w.strip()).strip()

        run("documents", "withdraw", document_id, "--reason", "演示", **environment)
        gone = [
            wait_until(lambda url=server.url: policy.number not in cited(url), 1.0)
            for server in servers
        ]
        history = run("documents", "show", document_id, **environment)
        run("documents", "restore", document_id, **environment)
        for server in servers:
            wait_until(lambda url=server.url: policy.number in cited(url), 10)
    finally:
        for server in servers:
            server.stop()

    assert max(gone) < 1.0
    assert "撤下" in history
    assert "入库" in history


def write_unlike(folder: Path, numbers: list[str]) -> None:
    """A notice for each number; no two read alike."""
    topics = "面包花店书屋果园茶馆渔具竹编木工豆腐酱菜车行裁缝"
    for position, number in enumerate(numbers):
        extra = f"第七条 {number}只对{topics[position]}铺{topics[-position]}行试行{position}天。"
        policy = SamplePolicy(number=number, title=f"关于{topics[position]}铺贷款的通知（演示）")
        policy = policy.revised(closing=f"{policy.closing}\n" + extra * 12)
        write(folder, policy, f"{position}.txt")


def test_a_run_that_was_killed_is_completed_by_the_next(tmp_path):
    numbers = [f"济演发〔2023〕{n}号" for n in range(1, 25)]
    write_unlike(tmp_path / "files", numbers)
    command = [COMMAND, "ingest", str(tmp_path / "files"), "--data-dir", str(tmp_path / "data")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    wait_until(lambda: kept_in(tmp_path / "data") > 0, 60)
    process.send_signal(signal.SIGKILL)
    process.wait()
    after_the_kill = kept_in(tmp_path / "data")
    run("ingest", str(tmp_path / "files"), "--data-dir", str(tmp_path / "data"))
    listed = run("documents", "list", "--added", "--data-dir", str(tmp_path / "data"))

    assert 0 < after_the_kill < len(numbers)
    assert all(number in listed for number in numbers)


def test_files_handed_in_before_a_power_cut_are_read_after_it(tmp_path):
    numbers = [f"济演发〔2023〕{n}号" for n in range(1, 6)]
    write_unlike(tmp_path / "files", numbers)
    data = ("--data-dir", str(tmp_path / "data"))
    password = "long enough 演示"
    run("staff", "add", "editor", "--role", "editor", *data, CHUANGDAI_STAFF_PASSWORD=password)
    server = RunningServer(tmp_path / "data", command="api", CHUANGDAI_VECTORS="false").start()
    with httpx.Client(base_url=server.url, timeout=30) as client:
        session = client.post("/v1/staff/login", json={"login": "editor", "password": password})
        client.headers["Authorization"] = f"Bearer {session.json()['token']}"
        for path in (tmp_path / "files").iterdir():
            file = (path.name, path.read_bytes())
            handed = client.post("/v1/staff/ingestions", files={"file": file})
            assert handed.status_code == 202
        server.kill()
        kept = kept_in(tmp_path / "data")
        server.start()

        def kept_now() -> set[str]:
            found = client.get("/v1/staff/documents").raise_for_status().json()
            return {document["number"] for document in found}

        try:
            wait_until(lambda: kept_now() >= set(numbers), 120)
            wait_until(lambda: not list((tmp_path / "data" / "handed_in").iterdir()), 10)
        finally:
            server.stop()

    assert kept < len(numbers)


def test_reading_in_what_was_withdrawn_says_so_and_leaves_it_out(tmp_path):
    data = ("--data-dir", str(tmp_path / "data"))
    path = str(write(tmp_path, SamplePolicy()))
    run("ingest", path, *data)
    listed = run("documents", "list", "--added", *data)
    document_id = next(w for w in listed.split("│")[1:] if w.strip()).strip()
    run("documents", "withdraw", document_id, *data)

    again = run("ingest", path, *data)
    listed = run("documents", "list", "--added", *data)

    assert "与一份已撤下的文件相同" in again
    assert "documents restore" in again
    assert "已撤下" in listed


def test_what_is_withdrawn_is_not_answered_from_in_the_terminal_either(tmp_path):
    data = ("--data-dir", str(tmp_path))
    before = run("ask", "全国个人最多能贷多少", *data)
    touched = run("documents", "withdraw", "caijin-2023-75", *data)
    after = run("ask", "全国个人最多能贷多少", *data)

    assert "30万元" in before
    assert "caijin-2023-75#amount-personal" in touched
    assert "财金〔2023〕75号" not in after


def test_two_versions_are_compared_clause_by_clause(tmp_path):
    data = ("--data-dir", str(tmp_path / "data"))
    run("ingest", str(write(tmp_path, SamplePolicy(), "old.txt")), *data)
    newer = SamplePolicy(limit="20万元", issued="2024年9月15日")
    run("ingest", str(write(tmp_path, newer, "new.txt")), *data)
    rows = run("documents", "list", "--added", *data).splitlines()
    ids = [row.split("│")[1].strip() for row in rows if "济演发" in row]

    compared = run("documents", "diff", *ids, *data)

    assert len(ids) == 2
    assert any(line[0] in "+-" and "20万元" in line for line in compared.splitlines())
    assert any(line[0] in "+-" and "30万元" in line for line in compared.splitlines())
