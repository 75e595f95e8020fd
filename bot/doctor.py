"""Checks an installation and lists its settings."""

import asyncio
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy.engine import make_url

from api.db.migrate import look_at
from api.errors import StorageError
from api.settings import ApiSettings
from api.texts import operator_text
from bot.settings import BotSettings, MapSettings
from knowledge.errors import LlmNotUsableError
from knowledge.llm.building import check_usable
from knowledge.settings import KnowledgeSettings, LlmSettings

LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    name: str
    is_well: bool
    detail: str


def examine(
    api: ApiSettings,
    bot: BotSettings,
    knowledge: KnowledgeSettings,
    llm: LlmSettings,
    emap: MapSettings,
) -> Iterator[Check]:
    """Every check, then every setting; secrets are only said to be set or not."""
    yield Check("Python", sys.version_info >= (3, 11), sys.version.split()[0])
    yield _writable(api.data_dir)
    free = shutil.disk_usage(api.data_dir).free
    yield Check("free disk", free >= LEAST_FREE_BYTES, f"{free // 1024**2} MB")
    yield _database(api.url)
    yield _language_model(llm)
    seen: set[str] = set()
    for settings in (api, bot, knowledge, llm, emap):
        for name, shown in _listed(settings):
            if name not in seen:
                seen.add(name)
                yield Check(name, True, shown)


def _writable(folder: Path) -> Check:
    probe = folder / ".doctor"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        return Check("data directory", False, f"{folder}: {error.strerror}")
    return Check("data directory", True, str(folder))


def _database(url: str) -> Check:
    try:
        is_current = asyncio.run(look_at(url))
    except StorageError as error:
        return Check("database", False, f"{operator_text(error.code)[1]}（{error.code}: {error}）")
    where = make_url(url).render_as_string(hide_password=True)
    return Check("database", True, where if is_current else f"{where} (made at the next start)")


def _language_model(settings: LlmSettings) -> Check:
    if not settings.base_url:
        return Check("language model", True, "off")
    try:
        check_usable(settings)
    except LlmNotUsableError as error:
        return Check("language model", False, str(error))
    return Check("language model", True, settings.model)


def _listed(settings: BaseSettings) -> Iterator[tuple[str, str]]:
    prefix = settings.model_config.get("env_prefix", "")
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if name == "database_url" and value:
            value = make_url(value).render_as_string(hide_password=True)
        shown = "set" if isinstance(value, SecretStr) else "" if value is None else str(value)
        yield f"{prefix}{name}".upper(), shown
