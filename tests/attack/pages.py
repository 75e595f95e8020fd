"""What answers carry beside their content, and what a page or a table leads to."""

import csv
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx

from tests.attack.arena import LIGHT, Arena, Server
from tests.attack.catalogue import Finding, attack
from tests.attack.page_client import PageClient, PageClosedError
from tests.attack.people import Applicant

# Behind a proxy on the same machine that speaks https to people.
BEHIND_HTTPS = {
    "CHUANGDAI_PUBLIC_URL": "https://dai.example.org",
    "CHUANGDAI_TRUSTED_PROXIES": "127.0.0.1",
}
PAGES = ("/", "/map", "/staff/login", "/staff", "/docs", "/redoc", "/nowhere")
DATA = ("/v1/forms", "/healthz", "/openapi.json", "/v1/nowhere")
FORMULAS = (
    *('=HYPERLINK("http://evil.example","点")', "+1+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0"),
    *("@SUM(1+1)", "\t=1+1", "\r=1+1", "＝1+1", "  =1+1", "%0A=1+1"),
)
LINKS = re.compile(r"""(?:src|href|action|url|import)\s*[=(]\s*["']?((?:https?:)?//[^"'\s)>]+)""")
LOADED = re.compile(r"""["'](https?://[^"'\s]+\.(?:js|css|png|woff2?|json)[^"'\s]*)["']""")


@attack(
    "headers of pages and answers",
    aim="frame the pages, have content sniffed or scripts loaded, take a cookie over http",
    held_when="CSP with frame-ancestors on pages, nosniff everywhere, cookies HttpOnly, SameSite "
    "and, behind https, Secure",
    quick=True,
)
def look_at_headers(arena: Arena) -> Finding:
    server = arena.serve(**LIGHT, **BEHIND_HTTPS)
    missing: list[str] = []
    with server.client() as client:
        https = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
        for path in (*PAGES, *DATA):
            response = client.get(path, headers=https)
            missing += [f"{path}: {name}" for name in _missing(response, path in PAGES)]
    said = f"{len(missing)} missing ({', '.join(missing[:6])})" if missing else "all there"
    return Finding(not missing, said, {"missing": missing})


def _missing(response: httpx.Response, is_page: bool) -> Iterator[str]:
    if response.headers.get("x-content-type-options") != "nosniff":
        yield "nosniff"
    is_html = "text/html" in response.headers.get("content-type", "")
    if is_page and is_html:
        policy = response.headers.get("content-security-policy", "")
        if "script-src" not in policy and "default-src" not in policy:
            yield "CSP"
        if "frame-ancestors" not in policy:
            yield "frame-ancestors"
    for cookie in response.headers.get_list("set-cookie"):
        flags = cookie.lower()
        for flag in ("secure", "httponly", "samesite"):
            if f"; {flag}" not in flags:
                yield f"cookie {flag}"


@attack(
    "foreign hosts in pages",
    aim="have a page or the documentation load something from elsewhere",
    held_when="no page, its scripts and styles included, names a foreign host to load from",
    quick=True,
)
def look_for_foreign_hosts(arena: Arena) -> Finding:
    server = arena.plain()
    foreign: dict[str, list[str]] = {}
    with server.client() as client:
        for path in PAGES:
            page = client.get(path)
            hosts = {urlsplit(url).netloc for url in _addresses(page.text)}
            if hosts := hosts - {"", f"127.0.0.1:{server.port}", "www.w3.org"}:
                foreign[path] = sorted(hosts)
    said = "; ".join(f"{path}: {', '.join(hosts)}" for path, hosts in foreign.items()) or "none"
    return Finding(not foreign, said, {"foreign": foreign})


def _addresses(page: str) -> list[str]:
    return [*LINKS.findall(page), *LOADED.findall(page)]


@attack(
    "formulas in an exported table",
    aim="have a spreadsheet run what stands in a branch's name, address, phone or source",
    held_when="no cell of an export begins with = + - @ or a control character",
    quick=True,
)
def export_formulas(arena: Arena) -> Finding:
    source, target = arena.folder / "in.csv", arena.folder / "out.csv"
    fields = ("id", "bank", "name", "address", "region", "phone", "data_date", "source")
    with source.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(fields)
        for number, formula in enumerate(FORMULAS):
            row = (formula, formula, formula, "370811", formula, "2026-11-01", formula)
            writer.writerow((f"x-{number}", *row))
    folder = ("--data-dir", str(arena.new_folder()))
    imported = arena.run_command("branches", "import", str(source), *folder)
    exported = arena.run_command("branches", "export", str(target), *folder)
    if not target.exists():
        text = imported.stderr[-200:] + exported.stderr[-200:]
        return Finding(None, f"nothing was exported: {text}")
    with target.open(encoding="utf-8-sig", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    live = [cell for cell in cells if re.match(r"\s*[=+@＝\t\r]|\s*-\D|\s*-\d+[+(]", cell)]
    rows = sum(cell.startswith("x-") for cell in cells)
    said = f"{len(live)} live cells in {rows} rows ({', '.join(map(repr, live[:3]))})"
    return Finding(not live, said, {"live": live, "rows": rows})


@attack(
    "addresses of pages turned into requests",
    aim="let /map?branch=../applications/… ask the API with the service's token",
    held_when="nothing of the application is shown, no error of ours is logged, other pages live",
)
def inject_into_pages(arena: Arena) -> Finding:
    server = arena.serve(**LIGHT)
    shown = 0
    with server.client() as client:
        victim = Applicant(client, business_name="受害人面馆")
        victim.apply()
        for climb in ("../applications/", "..%2fapplications%2f", "%2e%2e/applications/", "..\\"):
            for end in ("", "?", "%23", "/withdrawal%3f"):
                shown += "受害人" in _open(server, f"/map?branch={climb}{victim.id}{end}")
        for query in ("lat=x&lon=y", "lat=1e999&lon=nan", "coverage=%00", "place=%00&within=1e400"):
            _open(server, f"/map?{query}")
        status = victim.view().json()["status"]
    log = server.log()
    logged = log.count("Traceback") + log.count("incident")
    said = f"shown {shown} times, then {status}; {logged} errors logged"
    is_held = not shown and status == "submitted" and not logged and server.is_ready()
    return Finding(is_held, said, {"shown": shown, "status": status, "errors_logged": logged})


def _open(server: Server, path: str) -> str:
    try:
        with PageClient(server, path) as page:
            page.listen(1)
            return page.texts()
    except PageClosedError:
        return ""
