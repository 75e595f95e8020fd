"""The API, started on a fresh database of each kind."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_api
from api.settings import ApiSettings


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
