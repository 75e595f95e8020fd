"""A national registry through import, start and search: `pytest -m benchmark -k national -s`."""

import csv
import os
import time
from pathlib import Path

import httpx
import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from api.branches.columns import FIELDS
from api.branches.directory import Selection
from api.branches.importing import BranchImporter
from api.branches.service import BranchService
from api.contract.branches import ApplicantKind
from api.db.engine import Database
from api.db.migrate import migrate
from api.metrics import Metrics
from api.settings import ApiSettings
from api.work import WorkPool
from knowledge.kit.clock import utc_now
from knowledge.regions.coordinates import Coordinates
from knowledge.regions.divisions import divisions
from tests.fakes.running_server import RunningServer

pytestmark = pytest.mark.benchmark
SIZE = 220_000
HOURS = ("Mo-Fr 09:00-17:00; PH off", "Mo-Su 09:00-16:30", "", "Mo-Fr 08:30-12:00,13:30-17:30")
SERVICES = ("personal", "personal|enterprise", "personal|township_point")
SELECTIONS = {
    "any": lambda: Selection(),
    "enterprise": lambda: Selection(ApplicantKind.ENTERPRISE),
    "in one county": lambda: Selection(region="370811"),
    "open now": lambda: Selection(open_at=utc_now()),
}


async def test_a_national_registry(tmp_path):
    table = Table(f"{SIZE:,} generated branches", "value")
    write_rows(tmp_path / "generated.csv")
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'chuangdai.db'}")
    await migrate(database)
    importer = BranchImporter(database, utc_now)
    for label in ("import", "the same file again"):
        began, cpu = time.perf_counter(), time.process_time()
        report = await importer.import_file(tmp_path / "generated.csv")
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        rows = f"{report.added:,} new, {report.unchanged:,} unchanged"
        table.add_row(label, f"{seconds:.1f} s ({cpu:.1f} s of one core), {rows}")

    service = BranchService(database, utc_now, WorkPool(ApiSettings(), Metrics()))
    before, began = resident_mb(), time.perf_counter()
    await service.load()
    table.add_row("load", f"{time.perf_counter() - began:.1f} s, {resident_mb() - before:.0f} MB")
    points = queries()
    for name, selection in SELECTIONS.items():
        table.add_row(f"3 nearest in process, {name}", spread(service, points, selection()))
    await database.close()

    table.add_row("3 nearest over HTTP", over_http(tmp_path, points[:500]))
    Console(width=110).print(table)


def over_http(data_dir: Path, points: list[Coordinates]) -> str:
    # Without vectors: loading them behind would be measured along.
    settings = {"CHUANGDAI_RATE_LIMIT": "1000000/minute", "CHUANGDAI_VECTORS": "false"}
    server = RunningServer(data_dir, **settings).start()
    seconds = []
    with httpx.Client(base_url=server.url) as client:
        for point in points:
            params = {"lat": point.lat, "lon": point.lon, "crs": "gcj02"}
            began = time.perf_counter()
            client.get("/v1/branches/nearest", params=params).raise_for_status()
            seconds.append(time.perf_counter() - began)
    server.stop()
    return percentiles(seconds)


def write_rows(path: Path) -> None:
    random = np.random.default_rng(7)
    seats = [d for d in divisions() if d.level == "county" and d.lat and d.lon]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        for n in range(SIZE):
            seat = seats[n % len(seats)]
            north, east = random.normal(0, 0.03, 2)
            writer.writerow(
                {
                    "id": f"gen-{n:07}",
                    "bank": f"生成银行{n % 40}",
                    "name": f"生成银行{n % 40}{seat.name}第{n}支行",
                    "address": f"{seat.name}生成路{n % 900 + 1}号",
                    "region": seat.code,
                    "lat": f"{(seat.lat or 0) + north:.6f}",
                    "lon": f"{(seat.lon or 0) + east:.6f}",
                    "crs": "gcj02",
                    "hours": HOURS[n % len(HOURS)],
                    "services": SERVICES[n % len(SERVICES)],
                    "data_date": "2026-11-01",
                    "source": "生成数据",
                    "is_sample": "false",
                }
            )


def queries() -> list[Coordinates]:
    random = np.random.default_rng(11)
    seats = [d for d in divisions() if d.level == "county" and d.lat and d.lon]
    return [
        Coordinates(
            lat=(seats[n].lat or 0) + random.normal(0, 0.03),
            lon=(seats[n].lon or 0) + random.normal(0, 0.03),
            crs="gcj02",
        )
        for n in random.integers(0, len(seats), 2000)
    ]


def spread(service: BranchService, points: list[Coordinates], selection: Selection) -> str:
    service.near_point(points[0], limit=3, selection=selection)
    seconds = []
    for point in points:
        began = time.perf_counter()
        service.near_point(point, limit=3, selection=selection)
        seconds.append(time.perf_counter() - began)
    return percentiles(seconds)


def percentiles(seconds: list[float]) -> str:
    p50, p99 = np.percentile(seconds, [50, 99]) * 1e3
    return f"p50 {p50:.2f} ms, p99 {p99:.2f} ms"


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
