"""The API, started on a fresh database of each kind."""

import csv
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_api
from api.branches.columns import FIELDS
from api.branches.importing import BranchImporter, ImportReport
from api.db.engine import Database
from api.settings import ApiSettings
from knowledge.kit.clock import utc_now

ROW = {
    "bank": "演示银行",
    "address": "济宁市任城区太白楼路1号",
    "region": "370811",
    "lat": "35.41",
    "lon": "116.59",
    "crs": "wgs84",
    "hours": "Mo-Fr 09:00-17:00; PH off",
    "services": "个人|企业",
    "data_date": "2026-11-01",
    "source": "演示",
    "is_sample": "false",
}


@pytest.fixture
def settings(database_url, tmp_path: Path) -> ApiSettings:
    return ApiSettings(data_dir=tmp_path / "data", database_url=database_url)


@pytest.fixture
async def api(settings) -> AsyncIterator[FastAPI]:
    """The API, started."""
    app = create_api(settings, documents={})
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def anyone(api) -> AsyncIterator[httpx.AsyncClient]:
    """A client without any token."""
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


@pytest.fixture
async def channel(api) -> AsyncIterator[httpx.AsyncClient]:
    """A client with the service token, as channels are."""
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {api.state.service_token}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers=headers
    ) as client:
        yield client


@pytest.fixture
async def database(api, database_url):
    """The database the API runs on, opened as another process would."""
    database = Database(database_url)
    yield database
    await database.close()


@pytest.fixture
def take_in(database, tmp_path, monkeypatch):
    """Imports rows as another process, and lets the API look at once."""
    monkeypatch.setattr("api.branches.service.CHECK_EVERY_S", 0)

    async def run(*rows: dict[str, str], **options: bool) -> ImportReport:
        path = tmp_path / "branches.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows({"name": f"演示{row['id']}支行", **ROW, **row} for row in rows)
        return await BranchImporter(database, utc_now).import_file(path, **options)

    return run
