"""Checks an installation and lists its settings."""

import asyncio
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings
from sqlalchemy.engine import make_url

from api.applications.repository import ApplicationRepository
from api.db.engine import Database
from api.db.faults import faults_told
from api.db.migrate import look_at
from api.errors import StorageError
from api.keys.places import key_place
from api.settings import ApiSettings
from api.storage import is_current, make_vault
from api.texts import operator_text
from knowledge.errors import LlmNotUsableError
from knowledge.kit.errors import ChuangdaiError
from knowledge.kit.private_folder import left_open
from knowledge.llm.building import check_usable
from knowledge.settings import LlmSettings

LEAST_FREE_BYTES = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the report."""

    name: str
    is_well: bool
    detail: str


def examine(api: ApiSettings, llm: LlmSettings, listed: Sequence[BaseSettings]) -> Iterator[Check]:
    """Every check, then every setting listed; secrets are only said to be set or not."""
    yield Check("Python", sys.version_info >= (3, 11), sys.version.split()[0])
    yield _writable(api.data_dir)
    free = shutil.disk_usage(api.data_dir).free
    yield Check("free disk", free >= LEAST_FREE_BYTES, f"{free // 1024**2} MB")
    yield _database(api.url)
    yield from _storage(api)
    yield _file_modes(api.data_dir)
    yield _language_model(llm)
    seen: set[str] = set()
    for settings in listed:
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


def _storage(settings: ApiSettings) -> Iterator[Check]:
    url, place = make_url(settings.url), key_place(settings).name
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield Check("encryption key", True, f"{place} (nothing sealed yet)")
        return
    try:
        duplicates = asyncio.run(_look_into(settings))
    except ChuangdaiError as error:
        title, advice = operator_text(error.code)
        yield Check("encryption key", False, f"{title}：{advice}（{error.code}: {error}）")
    else:
        yield Check("encryption key", True, f"{place} (opens the database)")
        if duplicates:
            told = f"同一个人的第二份在办申请，请核对后撤回其中一份：{'、'.join(duplicates)}"
            yield Check("duplicate applications", False, told)


async def _look_into(settings: ApiSettings) -> Sequence[str]:
    """Whether the key opens the database; the receipts that staff should look at."""
    database, vault = Database(settings.url), make_vault(settings)
    try:
        with faults_told():
            if not await is_current(database, vault):
                return []
        async with database.reading() as session:
            return await ApplicationRepository(session, vault).marked_duplicates()
    finally:
        await database.close()


def _file_modes(folder: Path) -> Check:
    if found := left_open(folder):
        return Check("file modes", False, f"open to others: {', '.join(map(str, found[:5]))}")
    return Check("file modes", True, "closed to others")


def _database(url: str) -> Check:
    try:
        is_up_to_date = asyncio.run(look_at(url))
    except StorageError as error:
        return Check("database", False, f"{operator_text(error.code)[1]}（{error.code}: {error}）")
    where = make_url(url).render_as_string(hide_password=True)
    return Check("database", True, where if is_up_to_date else f"{where} (made at the next start)")


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
        if isinstance(value, tuple):
            value = ", ".join(value)
        shown = "set" if isinstance(value, SecretStr) else "" if value is None else str(value)
        yield f"{prefix}{name}".upper(), shown
