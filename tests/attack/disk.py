"""A disk that is full: it is said, nothing stays half-written, with room all goes on."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.attack.arena import LIGHT, Arena, Server, StartRefusedError
from tests.attack.catalogue import Finding, attack
from tests.attack.files import files_below
from tests.attack.people import Applicant, Chat

SIZE_MB = 48
CLEAR = (201, 200, 503, 507)
NEEDS_ROOT = "needs root to mount a small disk"


@attack(
    "full disk",
    aim="let the disk run full while drafts, conversations and files come in, then make room",
    held_when="writes get 503 or 507, questions are answered, readiness says so, no half-written "
    "file stays, with room all works again, nothing acknowledged is lost",
)
def fill_the_disk(arena: Arena) -> Finding:
    if os.geteuid() != 0:
        return Finding(None, NEEDS_ROOT)
    with small_disk(arena.folder / "disk") as disk:
        server = arena.server(disk / "data", **LIGHT)
        server.start()
        with server.client() as client:
            kept = [Applicant(client) for _ in range(10)]
            for person in kept:
                person.open().raise_for_status()
                person.fill().raise_for_status()
            for person in kept[:5]:
                person.submit().raise_for_status()
            filler = _fill(disk)
            seen = _use_when_full(server, kept)
            half_written = _half_written(server.data_dir)
            filler.unlink()
            recovered_after = _recovery_s(client)
            lost = [person for person in kept if not person.view().is_success]
        start = _start_when_full(arena, disk, server)
        server.stop()
    return _finding(seen, half_written, recovered_after, len(lost), start)


@contextmanager
def small_disk(folder: Path, size_mb: int = SIZE_MB) -> Iterator[Path]:
    """A file system of its own below a folder."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)]
    subprocess.run(mount, check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(disk: Path) -> Path:
    """Take all that is left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1024 * 1024, 4096, 64):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError:
                continue
    assert shutil.disk_usage(disk).free < 8192
    return filler


def _use_when_full(server: Server, kept: list[Applicant]) -> dict[str, list[int]]:
    """The statuses of what is tried while there is no room."""
    seen: dict[str, list[int]] = {}

    def note(kind: str, response: httpx.Response) -> None:
        seen.setdefault(kind, []).append(response.status_code)

    with server.client() as client:
        # The write-ahead log has some room of its own left: until it is used up.
        for _ in range(60):
            person = Applicant(client)
            opened = person.open()
            note("draft", opened)
            if opened.is_success:
                kept.append(person)
                note("answers of a draft", person.fill())
        for waiting in kept[5:10]:
            note("question", client.post("/v1/answers", json={"question": "济宁能贷多少"}))
            note("conversation", Chat(client, None).post(text="我要申请"))
            note("file", waiting.attach(b"%PDF-1.4 " + os.urandom(400_000)))
            note("submission", waiting.submit())
        time.sleep(1.5)
        note("readyz", client.get("/readyz"))
        note("healthz", client.get("/healthz"))
        note("look at one's own", kept[0].view())
    return seen


def _half_written(data_dir: Path) -> list[str]:
    return [
        path.name
        for path in files_below(data_dir)
        if path.name.startswith(".") or path.suffix in (".tmp", ".new", ".part")
    ]


def _recovery_s(client: httpx.Client) -> float:
    """Seconds until it says that it is ready and a draft can be opened; 60 when it does not."""
    began = time.monotonic()
    while time.monotonic() < began + 60:
        ready, opened = client.get("/readyz"), Applicant(client).open()
        if ready.is_success and opened.is_success:
            return time.monotonic() - began
        time.sleep(0.3)
    return 60.0


def _start_when_full(arena: Arena, disk: Path, server: Server) -> str:
    """What a start says when there is no room; empty when that is well."""
    server.stop()
    fresh = arena.server(disk / "other", **LIGHT)
    filler = _fill(disk)
    try:
        fresh.start(within_s=30)
        return "a first start went well"
    except StartRefusedError:
        ended = not fresh.is_running()
    finally:
        fresh.stop()
        filler.unlink()
    if "Traceback" in fresh.log():
        return "a first start ends in a traceback"
    return "" if ended else "a first start hangs"


def _finding(
    seen: dict[str, list[int]], half_written: list[str], recovery_s: float, lost: int, start: str
) -> Finding:
    counts = {k: {s: v.count(s) for s in sorted(set(v))} for k, v in seen.items()}
    writes = [s for k in ("draft", "conversation", "file", "submission") for s in seen[k]]
    wrong = [s for s in writes if s not in (*CLEAR, 409, 422)]
    is_told = seen["readyz"] == [503]
    is_answering = all(s == 200 for s in (*seen["question"], *seen["healthz"]))
    said = f"{len(wrong)} writes with another status than 503 or 507 ({counts}); "
    said += f"readyz {'says so' if is_told else 'says nothing'}; "
    said += f"{len(half_written)} half-written files; works again after {recovery_s:.1f} s; "
    said += f"{lost} lost{'; ' if start else ''}{start}"
    figures = {"statuses": counts, "half_written": half_written, "recovery_s": recovery_s}
    figures |= {"lost": lost, "start": start}
    is_held = not wrong and is_told and is_answering and not half_written and recovery_s <= 15
    return Finding(is_held and not lost and not start, said, figures)
