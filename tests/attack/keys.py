"""The key is gone or another: the start must be refused, and nothing touched."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from tests.attack.arena import LIGHT, Arena, Server, StartRefusedError
from tests.attack.catalogue import Finding, attack
from tests.attack.files import differences, fingerprints
from tests.attack.people import Applicant, Chat

MOST_LINES = 3
OTHER_KEY = "another-key-of-another-installation-7391"


@attack(
    "key lost or replaced",
    aim="start with the key missing, emptied, replaced by another's, or another in the environment",
    held_when="refused in one sentence, no traceback, no file changed, readable once put back",
)
def lose_the_key(arena: Arena) -> Finding:
    folder = arena.new_folder()
    person = _installation_with_data(arena, folder)
    other_keys = _keys_of_another(arena)
    problems, figures = [], {}
    for name, (spoil, environment) in _losses(other_keys).items():
        copy = arena.new_folder()
        shutil.copytree(folder, copy)
        spoil(copy)
        problem = _start_without(arena, copy, environment) or _put_back(arena, copy, folder, person)
        figures[name] = problem or "held"
        if problem:
            problems.append(f"{name}: {problem}")
    said = f"{len(figures) - len(problems)} of {len(figures)} refused cleanly and readable after; "
    return Finding(not problems, said + "; ".join(problems), figures)


@attack(
    "doctor about a lost key",
    aim="run doctor on an installation whose key is missing or another's",
    held_when="doctor says that something is wrong (exit code not 0) and changes no file",
)
def ask_the_doctor(arena: Arena) -> Finding:
    folder = arena.new_folder()
    _installation_with_data(arena, folder)
    other_keys = _keys_of_another(arena)
    problems = []
    for name, (spoil, environment) in list(_losses(other_keys).items())[:3]:
        copy = arena.new_folder()
        shutil.copytree(folder, copy)
        spoil(copy)
        before = fingerprints(copy)
        done = arena.run_command("doctor", "--data-dir", str(copy), **environment)
        changed = differences(before, fingerprints(copy))
        if done.returncode == 0 or changed or "Traceback" in done.stderr:
            problems.append(f"{name}: exit {done.returncode}, changed {changed[:2]}")
    said = "; ".join(problems) or "told in 3 of 3"
    return Finding(not problems, said, {"problems": problems})


def _installation_with_data(arena: Arena, folder: Path) -> Applicant:
    server = arena.serve(folder, **LIGHT)
    with server.client() as client:
        person = Applicant(client)
        person.apply()
        chat = Chat(client)
        chat.fill_until("name")
    server.stop()
    return person


def _keys_of_another(arena: Arena) -> Path:
    folder = arena.new_folder()
    arena.serve(folder, **LIGHT).stop()
    return folder / "keys"


Loss = tuple[Callable[[Path], None], dict[str, str]]


def _losses(other_keys: Path) -> dict[str, Loss]:
    def remove(folder: Path) -> None:
        for path in _sealing_keys(folder / "keys"):
            _remove(path)

    def replace(folder: Path) -> None:
        for path in _sealing_keys(folder / "keys"):
            _remove(path)
        for path in _sealing_keys(other_keys):
            target = folder / "keys" / path.name
            shutil.copytree(path, target) if path.is_dir() else shutil.copy2(path, target)

    def empty(folder: Path) -> None:
        for path in _sealing_keys(folder / "keys"):
            for file in [path] if path.is_file() else path.rglob("*"):
                file.write_text("")

    def leave(folder: Path) -> None:
        pass

    def remove_all(folder: Path) -> None:
        shutil.rmtree(folder / "keys")

    return {
        "key removed": (remove, {}),
        "another's key": (replace, {}),
        "keys folder removed": (remove_all, {}),
        "key emptied": (empty, {}),
        "another key in the environment": (leave, {"CHUANGDAI_ENCRYPTION_KEY": OTHER_KEY}),
    }


def _sealing_keys(folder: Path) -> list[Path]:
    """What personal data is sealed with: named so, or else all that lies there."""
    return [p for p in folder.iterdir() if "encryption" in p.name] or list(folder.iterdir())


def _remove(path: Path) -> None:
    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _start_without(arena: Arena, folder: Path, environment: dict[str, str]) -> str:
    """What is wrong with how a start on a spoilt folder went; empty when nothing is."""
    before = fingerprints(folder)
    server = arena.server(folder, **LIGHT, **environment)
    try:
        server.start(within_s=40)
    except StartRefusedError:
        problem = _about_the_refusal(server)
    else:
        problem = "it started"
        time.sleep(0.5)
    server.stop()
    changed = differences(before, fingerprints(folder))
    if changed:
        problem += f"{', ' if problem else ''}changed {', '.join(changed[:3])}"
    return problem


def _put_back(arena: Arena, copy: Path, folder: Path, person: Applicant) -> str:
    """Put the key back, start again, and look at what was handed in before."""
    shutil.rmtree(copy / "keys", ignore_errors=True)
    shutil.copytree(folder / "keys", copy / "keys")
    server = arena.serve(copy, **LIGHT)
    with server.client() as client:
        again = Applicant(client)
        again.id, again.token = person.id, person.token
        seen = again.view()
    server.stop()
    return "" if seen.is_success else f"with the key back: {seen.status_code}"


def _about_the_refusal(server: Server) -> str:
    said = [line for line in server.log().splitlines() if line.strip()]
    if server.is_running():
        return "neither ready nor ended"
    if "Traceback" in server.log():
        return "a traceback"
    plain = [line for line in said if not line.startswith("{")]
    return "" if 1 <= len(plain) <= MOST_LINES else f"{len(plain)} lines said"
