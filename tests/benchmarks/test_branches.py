"""Nearest of generated points, side by side: `pytest -m benchmark -k side_by_side`.

Every index runs in a process of its own, so that its memory can be told. Queries are half
near a point and half anywhere; what is found is compared with brute force.
"""

import os
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from math import cos, radians
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from api.branches.locator import EARTH_RADIUS_M, Locator
from knowledge.regions.divisions import divisions

pytestmark = pytest.mark.benchmark
LIMIT = 3
# How many of the queries each is asked: the slow ones fewer.
ASKED = {"ours": 10_000, "BallTree": 10_000, "h3 rings": 100, "SQLite R*Tree": 300}
ASKED["PostgreSQL GiST"] = 300
METRES_A_DEGREE = 111_195

Degrees = NDArray[np.float64]
Search = Callable[[float, float], Degrees]


@pytest.mark.parametrize("size", [220_000, 2_000_000])
def test_nearest_side_by_side(size, tmp_path, postgres_server):
    table = Table(f"{size:,} points", "build s", "p50 ms", "p99 ms", "MB", "exact")
    table.title = f"{LIMIT} nearest"
    queries = queries_among(points_of(size))[: 10_000 if size < 10**6 else 1000]
    right = brute_force(points_of(size), queries)
    for name in ASKED:
        # A fresh process each, started and not forked: it must not inherit our memory.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            row = pool.submit(measure, name, size, str(tmp_path), postgres_server).result()
        asked = row["found"][: len(right)]
        exact = np.isclose(asked, right[: len(asked)], atol=0.01).all(axis=1).mean()
        table.add_row(
            name,
            f"{row['build']:.2f}",
            f"{row['p50']:.3f}",
            f"{row['p99']:.3f}",
            row["memory"],
            f"{exact:.2%} of {len(asked):,}",
        )
    Console(width=110).print(table)


def points_of(size: int) -> Degrees:
    """Around the seats of counties, as branches lie; (size, 2)."""
    seats = [(d.lat, d.lon) for d in divisions() if d.level == "county" and d.lat]
    random = np.random.default_rng(7)
    near = np.array(seats)[random.integers(0, len(seats), size)]
    return near + random.normal(0, 0.1, (size, 2))


def queries_among(points: Degrees) -> Degrees:
    random = np.random.default_rng(11)
    near = points[random.integers(0, len(points), 5000)] + random.normal(0, 0.02, (5000, 2))
    anywhere = random.uniform((18, 74), (53, 135), (5000, 2))
    return random.permutation(np.concatenate([near, anywhere]))


def metres_between(lat: float, lon: float, points: Degrees) -> Degrees:
    a, b = np.radians(points), np.radians([lat, lon])
    half = np.sin((a - b) / 2) ** 2
    h = half[:, 0] + np.cos(a[:, 0]) * np.cos(b[0]) * half[:, 1]
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1)))


def brute_force(points: Degrees, queries: Degrees) -> Degrees:
    found = []
    vectors = unit(points)
    for lat, lon in queries:
        near = np.argpartition(-(vectors @ unit(np.array([[lat, lon]]))[0]), 50)[:50]
        found.append(np.sort(metres_between(lat, lon, points[near]))[:LIMIT])
    return np.array(found)


def unit(points: Degrees) -> Degrees:
    lat, lon = np.radians(points).T
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], axis=1)


def measure(name: str, size: int, folder: str, postgres: str) -> dict:
    points = points_of(size)
    asked = ASKED[name] if size < 10**6 else min(ASKED[name] // 5, 1000)
    queries = queries_among(points)[:asked]
    before, began = resident_mb(), time.perf_counter()
    search, disk_mb = BUILDERS[name](points, folder, postgres)
    build = time.perf_counter() - began
    memory = f"{resident_mb() - before:.0f}" + (f" + {disk_mb:.0f} on disk" if disk_mb else "")
    search(*queries[0])
    seconds, found = [], []
    for lat, lon in queries:
        began = time.perf_counter()
        metres = search(lat, lon)
        seconds.append(time.perf_counter() - began)
        found.append(metres)
    p50, p99 = np.percentile(seconds, [50, 99]) * 1e3
    return {
        "build": build,
        "p50": p50,
        "p99": p99,
        "memory": memory,
        "found": np.array(found),
    }


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def ours(points: Degrees, folder: str, postgres: str) -> tuple[Search, float]:
    locator = Locator(points[:, 0], points[:, 1])

    def search(lat: float, lon: float) -> Degrees:
        return np.array([metres for _, metres in locator.nearest(lat, lon, limit=LIMIT)])

    return search, 0


def ball_tree(points: Degrees, folder: str, postgres: str) -> tuple[Search, float]:
    from sklearn.neighbors import BallTree

    tree = BallTree(np.radians(points), metric="haversine")

    def search(lat: float, lon: float) -> Degrees:
        found, _ = tree.query([[radians(lat), radians(lon)]], k=LIMIT)
        return found[0] * EARTH_RADIUS_M

    return search, 0


def h3_rings(points: Degrees, folder: str, postgres: str) -> tuple[Search, float]:
    """Rings around the cell until what is found is nearer than the next ring can be."""
    import h3

    resolution = 7 if len(points) < 10**6 else 8
    cells: dict[str, list[int]] = {}
    for number, (lat, lon) in enumerate(points.tolist()):
        cells.setdefault(h3.latlng_to_cell(lat, lon, resolution), []).append(number)
    # Cells are up to a quarter smaller than the average one of a resolution.
    ring_m = h3.average_hexagon_edge_length(resolution, unit="m") * 3**0.5 * 0.75

    def search(lat: float, lon: float) -> Degrees:
        home, ring = h3.latlng_to_cell(lat, lon, resolution), 1
        while True:
            disk = h3.grid_disk(home, ring)
            numbers = [number for cell in disk for number in cells.get(cell, ())]
            if len(numbers) >= LIMIT:
                metres = np.sort(metres_between(lat, lon, points[numbers]))[:LIMIT]
                if metres[-1] <= (ring - 0.5) * ring_m:
                    return metres
                ring = max(ring + 1, int(metres[-1] / ring_m) + 1)
            else:
                ring *= 2

    return search, 0


def boxes(points: Degrees, in_box: Callable[[float, float, float, float], list]) -> Search:
    """Boxes that double until the farthest hit is nearer than the box's edge."""
    first_m = 20_000 * (220_000 / len(points)) ** 0.5 / 2

    def search(lat: float, lon: float) -> Degrees:
        reach = first_m
        while True:
            high = reach / METRES_A_DEGREE
            # At the edge that lies nearer to the pole a degree is narrowest.
            wide = high / cos(radians(min(abs(lat) + high, 89)))
            numbers = in_box(lat - high, lat + high, lon - wide, lon + wide)
            if len(numbers) >= LIMIT:
                metres = np.sort(metres_between(lat, lon, points[numbers]))[:LIMIT]
                if metres[-1] <= reach:
                    return metres
            reach *= 2

    return search


def sqlite_rtree(points: Degrees, folder: str, postgres: str) -> tuple[Search, float]:
    path = Path(folder) / "rtree.db"
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIRTUAL TABLE t USING rtree(id, south, north, west, east)")
    rows = ((n, lat, lat, lon, lon) for n, (lat, lon) in enumerate(points.tolist()))
    connection.executemany("INSERT INTO t VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    query = "SELECT id FROM t WHERE north >= ? AND south <= ? AND east >= ? AND west <= ?"

    def in_box(south: float, north: float, west: float, east: float) -> list:
        return [n for (n,) in connection.execute(query, (south, north, west, east))]

    return boxes(points, in_box), path.stat().st_size / 1e6


def postgresql(points: Degrees, folder: str, postgres: str) -> tuple[Search, float]:
    import psycopg

    connection = psycopg.connect(f"host={postgres} user=postgres dbname=postgres", autocommit=True)
    connection.execute("DROP TABLE IF EXISTS t")
    connection.execute("CREATE TABLE t (id int, p point)")
    with connection.cursor().copy("COPY t FROM STDIN") as copy:
        for n, (lat, lon) in enumerate(points.tolist()):
            copy.write_row((n, f"({lon},{lat})"))
    connection.execute("CREATE INDEX ON t USING gist (p)")
    connection.execute("ANALYZE t")
    ((size,),) = connection.execute("SELECT pg_total_relation_size('t')")

    def in_box(south: float, north: float, west: float, east: float) -> list:
        box = f"(({west},{south}),({east},{north}))"
        return [n for (n,) in connection.execute("SELECT id FROM t WHERE p <@ %s::box", (box,))]

    return boxes(points, in_box), size / 1e6


BUILDERS = {
    "ours": ours,
    "BallTree": ball_tree,
    "h3 rings": h3_rings,
    "SQLite R*Tree": sqlite_rtree,
    "PostgreSQL GiST": postgresql,
}
