"""Opens what an installation keeps: the database, its keys, its values in this version's form."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from api.db.engine import Database
from api.db.locks import only_one
from api.db.migrate import applied_revision, migrate, migrating, newest_revision, patient, upgrade
from api.errors import KeyMismatchError
from api.keys.keyring import (
    FIRST_KEY,
    DataKey,
    Purpose,
    add_keys,
    derive,
    new_key,
)
from api.keys.places import key_place
from api.keys.rotation import SealedFiles
from api.keys.tables import DataKeyRow
from api.keys.vault import Vault
from api.settings import ApiSettings
from api.tables import metadata
from api.upgrades import seal_answers
from knowledge.kit.clock import utc_now


async def open_storage(database: Database, vault: Vault, settings: ApiSettings) -> None:
    """Bring a database to this version and open its vault; both or nothing.

    Raises:
        KeyMissingError, KeyUnreadableError: there is no installation key, or none to read.
        KeyMismatchError: it is not the one of this database. Nothing was changed.
    """
    async with migrating(database) as connection:
        # One transaction: without the right key, the tables stay as they were.
        before = await connection.run_sync(applied_revision)
        await connection.run_sync(upgrade, seal_answers.REVISION)
        await _unlock(vault, connection, utc_now())
    if before == newest_revision():
        return
    async with only_one(database, "upgrade"):
        async with database.engine.connect() as connection:
            applied = await connection.run_sync(applied_revision)
        if applied == seal_answers.REVISION:  # nobody else was faster
            async with patient(database.url) as waiting:
                await seal_answers.seal_answers(waiting, vault, settings.data_dir / "attachments")
        await migrate(database)


async def is_current(database: Database, vault: Vault) -> bool:
    """Whether a database has the tables of this version; changes nothing.

    Raises:
        KeyMissingError, KeyUnreadableError, KeyMismatchError: as :func:`open_storage`.
    """
    async with migrating(database, keep=False) as connection:
        before = await connection.run_sync(applied_revision)
        if before is not None:
            await connection.run_sync(upgrade, seal_answers.REVISION)
            await _unlock(vault, connection, utc_now())
    return before == newest_revision()


def make_vault(settings: ApiSettings) -> Vault:
    """The vault of this installation, not yet opened."""
    return Vault(key_place(settings))


def sealed_files(settings: ApiSettings) -> list[SealedFiles]:
    """The folders of sealed files."""
    attachments = SealedFiles(
        metadata.tables["attachments"], "content", settings.data_dir / "attachments"
    )
    return [attachments]


async def _unlock(vault: Vault, connection: AsyncConnection, now: datetime) -> None:
    if await connection.scalar(select(func.count()).select_from(DataKeyRow)):
        await vault.load(connection)
        return
    kept = await seal_answers.old_seals(connection)
    root = vault.place.read() if kept else vault.place.read_or_make()
    keys = _first_keys(root, now) if kept else [new_key(p, now) for p in Purpose]
    if kept and not any(seal_answers.opens(keys[0].secret, *seal) for seal in kept):
        raise KeyMismatchError("what is sealed does not open with this installation key")
    await add_keys(connection, root, keys)
    vault.hold(keys)


def _first_keys(root: bytes, now: datetime) -> list[DataKey]:
    """The keys of a database from before there were data keys, and one to seal with from now."""
    return [
        DataKey(FIRST_KEY, Purpose.SEAL, derive(root, b"seal"), now, retired_at=now),
        DataKey(FIRST_KEY + "f", Purpose.FINGERPRINT, derive(root, b"fingerprint"), now),
        new_key(Purpose.SEAL, now),
    ]
