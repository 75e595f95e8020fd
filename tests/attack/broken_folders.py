"""Folders and databases in a bad state: one clear sentence, or put right by itself."""

import os
import random
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from tests.attack.arena import LIGHT, Arena, Server, StartRefusedError
from tests.attack.catalogue import Finding, attack
from tests.attack.files import files_below
from tests.attack.people import Applicant

MOST_LINES = 3
QUESTION = {"question": "济宁个人最多能贷多少"}
WELL = "ready and answering, or ended with one sentence; never a traceback"


@attack(
    "a broken index folder",
    aim="half of the index gone, cut short, garbage, a file in its place, read-only",
    held_when="the server starts and answers in every case, without a traceback",
)
def break_the_index(arena: Arena) -> Finding:
    whole = arena.new_folder()
    server = arena.serve(whole)
    time.sleep(4)
    server.wait_until_idle()
    server.stop()
    index = next(p.parent for p in files_below(whole) if p.name == "chroma.sqlite3")
    name = str(index.relative_to(whole))
    problems = {}
    for case, spoil in SPOILT.items():
        copy = arena.new_folder()
        shutil.copytree(whole, copy)
        spoil(copy / name)
        problem = _start(arena.server(copy), must_serve=True, watch_s=8)
        if problem:
            problems[case] = problem
    if os.geteuid() == 0:
        problem = _start_read_only(arena, whole, name)
        if problem:
            problems["read-only"] = problem
    return _finding(problems, len(SPOILT) + (os.geteuid() == 0))


def _half_gone(folder: Path) -> None:
    for path in list(files_below(folder))[1::2]:
        path.unlink()


def _database_gone(folder: Path) -> None:
    (folder / "chroma.sqlite3").unlink()


def _cut_short(folder: Path) -> None:
    for path in files_below(folder):
        os.truncate(path, path.stat().st_size // 2)


def _garbage(folder: Path) -> None:
    for path in files_below(folder):
        path.write_bytes(random.Random(7).randbytes(max(path.stat().st_size, 4096)))


def _emptied(folder: Path) -> None:
    for path in files_below(folder):
        os.truncate(path, 0)


def _a_file_instead(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


SPOILT: dict[str, Callable[[Path], None]] = {
    "half of its files gone": _half_gone,
    "its database gone": _database_gone,
    "cut short": _cut_short,
    "garbage": _garbage,
    "emptied": _emptied,
    "a file in its place": _a_file_instead,
}


@attack(
    "a broken database",
    aim="the database emptied, cut short, garbage in its middle, of another program, a folder",
    held_when=WELL,
)
def break_the_database(arena: Arena) -> Finding:
    whole = arena.new_folder()
    server = arena.serve(whole, **LIGHT)
    with server.client() as client:
        for _ in range(20):
            Applicant(client).apply()
    server.stop()
    problems = {}
    for case, spoil in DATABASES.items():
        copy = arena.new_folder()
        shutil.copytree(whole, copy)
        database = next(p for p in files_below(copy) if p.suffix == ".db")
        spoil(database)
        problem = _start(arena.server(copy, **LIGHT), must_serve=False, watch_s=2)
        if problem:
            problems[case] = problem
    return _finding(problems, len(DATABASES))


def _empty_file(database: Path) -> None:
    os.truncate(database, 0)


def _half_file(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)


def _garbage_inside(database: Path) -> None:
    size = database.stat().st_size
    with database.open("r+b") as file:
        file.seek(size // 4)
        file.write(random.Random(7).randbytes(size // 2))


def _garbage_first(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(random.Random(7).randbytes(4096))


def _of_another_program(database: Path) -> None:
    database.unlink()
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE applications (x)")
    connection.commit()
    connection.close()


def _table_gone(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("DROP TABLE applications")
    connection.commit()
    connection.close()


def _a_folder_instead(database: Path) -> None:
    database.unlink()
    database.mkdir()


DATABASES: dict[str, Callable[[Path], None]] = {
    "emptied": _empty_file,
    "cut short": _half_file,
    "garbage in its middle": _garbage_inside,
    "garbage at its start": _garbage_first,
    "of another program": _of_another_program,
    "a table gone": _table_gone,
    "a folder in its place": _a_folder_instead,
}


@attack(
    "a read-only data directory",
    aim="start on a data directory on a read-only disk, a fresh one and one with data",
    held_when=WELL,
)
def read_only(arena: Arena) -> Finding:
    if os.geteuid() != 0:
        return Finding(None, "needs root to mount read-only")
    whole, fresh = arena.new_folder(), arena.new_folder()
    fresh.mkdir()
    arena.serve(whole, **LIGHT).stop()
    problems = {}
    for case, folder in (("with data", whole), ("fresh", fresh)):
        problem = _start_read_only(arena, folder, "", **LIGHT)
        if problem:
            problems[case] = problem
    return _finding(problems, 2)


@attack(
    "two starts on an empty PostgreSQL",
    aim="start two processes at the same moment on a database without tables, five times",
    held_when="both are ready each time, without a traceback",
)
def two_starts(arena: Arena) -> Finding:
    problems = {}
    for turn in range(5):
        shared = {
            "CHUANGDAI_DATABASE_URL": arena.postgres_url(),
            "CHUANGDAI_ENCRYPTION_KEY": "attack-key-shared-by-both-0123456789",
            "CHUANGDAI_SERVICE_TOKEN": "attack-token-shared-by-both-0123456789",
        }
        servers = [arena.server(**LIGHT, **shared) for _ in range(2)]
        for server in servers:
            server.launch()
        told = [problem for server in servers if (problem := _wait(server))]
        if told:
            problems[f"turn {turn + 1}"] = "; ".join(told)
        for server in servers:
            server.stop()
    return _finding(problems, 5)


def _wait(server: Server) -> str:
    end = time.monotonic() + 40
    while time.monotonic() < end and server.is_running() and not server.is_ready():
        time.sleep(0.1)
    if "Traceback" in server.log():
        return "a traceback"
    return "" if server.is_ready() else "not ready"


def _start_read_only(arena: Arena, folder: Path, below: str, **environment: str) -> str:
    """Start with a folder, or what lies below it, mounted read-only onto itself."""
    place = str(folder / below)
    subprocess.run(["mount", "--bind", place, place], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
        server = arena.server(folder, **environment)
        return _start(server, must_serve=bool(below), watch_s=8 if below else 2)
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def _start(server: Server, *, must_serve: bool, watch_s: float) -> str:
    """What is wrong with how a start goes; empty when nothing is."""
    try:
        server.start(within_s=45)
    except StartRefusedError:
        if server.is_running():
            problem = "neither ready nor ended"
        elif must_serve:
            problem = "ended"
        else:
            problem = _about_sentences(server)
    else:
        problem = _about_serving(server, watch_s)
    server.stop()
    return "a traceback" if "Traceback" in server.log() else problem


def _about_serving(server: Server, watch_s: float) -> str:
    with server.client() as client:
        first = client.post("/v1/answers", json=QUESTION).status_code
        draft = Applicant(client).open().status_code
        time.sleep(watch_s)  # the index is loaded behind
        second = client.post("/v1/answers", json=QUESTION).status_code
    if (first, second) != (200, 200):
        return f"ready, but answers with {first}, {second}"
    return "" if draft in (201, 503, 507) else f"ready, but drafts get {draft}"


def _about_sentences(server: Server) -> str:
    plain = [line for line in server.log().splitlines() if line.strip() and line[0] != "{"]
    return "" if 1 <= len(plain) <= MOST_LINES else f"{len(plain)} lines said"


def _finding(problems: dict[str, str], tried: int) -> Finding:
    said = f"{tried - len(problems)} of {tried} well"
    said += "".join(f"; {case}: {problem}" for case, problem in problems.items())
    return Finding(not problems, said, {"tried": tried, "problems": problems})
