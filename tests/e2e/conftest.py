"""The whole house in one process, on a fresh data directory."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.settings import ApiSettings
from bot.all_in_one import AppSettings, create_app
from ingest.settings import IngestSettings
from knowledge.settings import KnowledgeSettings


def app_settings(data_dir: Path) -> AppSettings:
    return AppSettings(
        api=ApiSettings(data_dir=data_dir),
        # Whether vectors are loaded yet when a test asks would be a matter of luck.
        knowledge=KnowledgeSettings(data_dir=data_dir, vectors=False),
        ingest=IngestSettings(data_dir=data_dir),
    )


@pytest.fixture
async def house(tmp_path) -> AsyncIterator[FastAPI]:
    app = create_app(app_settings(tmp_path), with_web=False, with_telegram=False)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(house) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=house, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        yield http
