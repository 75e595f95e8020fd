"""Imports of branches beside other writers, and beside each other."""

import asyncio
import csv
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import text

from api.branches.columns import FIELDS
from api.branches.importing import BranchImporter
from knowledge.kit.clock import utc_now
from tests.integration.conftest import ROW


def written(folder: Path, count: int) -> Path:
    path = folder / "branches.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS)
        writer.writeheader()
        for n in range(count):
            apart = {"lat": str(35 + n // 100 / 100), "lon": str(116 + n % 100 / 100)}
            writer.writerow({"id": f"{n}", "name": f"演示{n}支行", **ROW, **apart})
    return path


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_import_lets_others_write_while_it_is_worked_out(database, tmp_path):
    path = written(tmp_path, 6000)
    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None, timeout=0)
    looked = 0

    def write_beside(done: int, total: int) -> None:
        nonlocal looked
        looked += 1
        other.execute("BEGIN IMMEDIATE")
        other.execute("ROLLBACK")

    report = await BranchImporter(database, utc_now).import_file(path, on_progress=write_beside)
    other.close()

    assert report.added == 6000
    assert looked == 2


async def test_imports_at_the_same_time_note_each_change_once(database, tmp_path):
    path = written(tmp_path, 50)

    importer = BranchImporter(database, utc_now)
    reports = await asyncio.gather(*(importer.import_file(path) for _ in range(3)))

    async with database.reading() as session:
        noted = (
            await session.execute(
                text("SELECT branch_id, count(*) FROM branch_changes GROUP BY branch_id")
            )
        ).all()
    assert sorted(report.added for report in reports) == [0, 0, 50]
    assert {count for id_, count in noted if not id_.startswith("demo-")} == {1}
