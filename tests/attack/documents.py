"""Files made to hang or swell whoever reads them in."""

import io
import time
import zipfile
from collections.abc import Callable
from typing import Any

import httpx

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.load import Crowd, PeakMemory, ask, longest, quantile
from tests.attack.people import add_staff, log_in

SETTLED_WITHIN_S = 100.0
MOST_GROWTH_MB = 600
HEALTH_S = 2.0
ENDED = ("done", "set_aside")
HEAD = "关于演示贷款的通知\n济演发〔2023〕7号\n\n各县（市、区）：\n\n"
CLOSE = "\n\n济宁市演示局\n2023年7月1日\n"


@attack(
    "hostile documents",
    aim="hand in a paragraph of 10 MB, a million paragraphs, deep HTML, a swelling DOCX",
    held_when=f"each ends within {SETTLED_WITHIN_S:.0f} s, memory + ≤ {MOST_GROWTH_MB} MB, health "
    f"≤ {HEALTH_S:.0f} s, and it is not taken up again at the next start",
)
def hand_in_hostile_files(arena: Arena) -> Finding:
    problems, figures = {}, {}
    for name, (file_name, make) in HOSTILE.items():
        made, problem = _hand_in(arena, file_name, make())
        figures[name] = made
        if problem:
            problems[name] = problem
    said = f"{len(HOSTILE) - len(problems)} of {len(HOSTILE)} well"
    said += "".join(f"; {name}: {problem}" for name, problem in problems.items())
    return Finding(not problems, said, {**figures, "problems": problems})


def _hand_in(arena: Arena, file_name: str, content: bytes) -> tuple[dict[str, Any], str]:
    """Figures and what is wrong with how one file went."""
    server = arena.server(**LIGHT)
    add_staff(arena, server, "zhang")
    server.start()
    others = Crowd(server, timeout=30)
    with server.client() as client, PeakMemory(server) as memory:
        log_in(client, "zhang").raise_for_status()
        began = time.monotonic()
        response = client.post("/v1/staff/ingestions", files={"file": (file_name, content)})
        others.add("ordinary", ask)
        others.add("health", _look_at_health)
        state = _end_of(client, response)
        took = time.monotonic() - began
        others.stop()
    again = _is_taken_up_again(server, file_name)
    server.stop()
    growth, health = memory.peak_mb - memory.before_mb, longest(others.of("health"))
    made = {
        "status": response.status_code,
        "state": state,
        "seconds": took,
        "growth_mb": growth,
        "health_max_s": health,
        "ordinary_p95_s": quantile(others.of("ordinary"), 0.95),
        "taken_up_again": again,
    }
    wrong = {
        f"still {state} after {took:.0f} s": state not in (*ENDED, "refused"),
        f"memory + {growth:.0f} MB": growth > MOST_GROWTH_MB,
        f"health {health:.1f} s": health > HEALTH_S,
        "taken up again at the next start": again,
    }
    return made, ", ".join(name for name, is_so in wrong.items() if is_so)


def _look_at_health(client: httpx.Client) -> None:
    client.get("/healthz")


def _end_of(client: httpx.Client, response: httpx.Response) -> str:
    """How the reading of a file ended, or where it stands when time is up."""
    if response.is_client_error:
        return "refused"
    end, state = time.monotonic() + SETTLED_WITHIN_S, "waiting"
    while time.monotonic() < end and state not in ENDED:
        time.sleep(0.5)
        try:
            listed = client.get("/v1/staff/ingestions", timeout=20).json()
        except httpx.TransportError:
            continue
        state = listed[0]["state"] if listed else "forgotten"
    return str(state)


def _is_taken_up_again(server: Server, file_name: str) -> bool:
    server.kill()
    server.start()
    time.sleep(3)
    with server.client() as client:
        log_in(client, "zhang").raise_for_status()
        listed = client.get("/v1/staff/ingestions").json()
    return any(job["name"] == file_name for job in listed)


def _one_paragraph() -> bytes:
    return (HEAD + "个人创业担保贷款额度最高30万元，" * 210_000 + CLOSE).encode()


def _million_paragraphs() -> bytes:
    lines = "\n".join(f"第{number}条 演示内容{number}。" for number in range(1, 1_000_001))
    return (HEAD + lines + CLOSE).encode()


def _deep_html() -> bytes:
    return ("<html><body>" + "<div>" * 300_000 + HEAD + "</div>" * 300_000).encode()


def _wide_table() -> bytes:
    row = "<tr>" + "<td rowspan=1000 colspan=1000>演示</td>" * 1000 + "</tr>"
    return f"<html><body><table>{row * 200}</table></body></html>".encode()


def _brackets() -> bytes:
    return (HEAD + "（" * 1_000_000 + "第" * 1_000_000 + "1" * 1_000_000 + CLOSE).encode()


def _swelling_docx() -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    paragraph = "<w:p><w:r><w:t>第一条 演示</w:t></w:r></w:p>"
    document = (
        f'<w:document xmlns:w="{space}"><w:body>{paragraph * 1_000_000}</w:body></w:document>'
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/word/document.xml" ContentType="application/'
        'vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="word/document.xml"/></Relationships>'
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations)
        archive.writestr("word/document.xml", document)
    return packed.getvalue()


HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a paragraph of 10 MB": ("一段.txt", _one_paragraph),
    "a million paragraphs": ("百万段.txt", _million_paragraphs),
    "300,000 nested elements": ("深.html", _deep_html),
    "cells over a million cells": ("宽表.html", _wide_table),
    "a million brackets": ("括号.md", _brackets),
    "a million paragraphs in DOCX": ("膨胀.docx", _swelling_docx),
}
