"""The data keys in the database: made, wrapped, unwrapped, retired."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.errors import KeyMismatchError, SealBrokenError
from api.keys.sealing import KEY_ID_CHARACTERS, Place, decrypt, encrypt, from_text, sealed_text
from api.keys.tables import DataKeyRow

KEY_BYTES = 32
# The key of values sealed before there were key ids.
FIRST_KEY = "1"
_HELD = "sealing key"
# What a session has not written yet stays so: its time to fail has not come.
_AS_IT_IS = {"autoflush": False}

Connection = AsyncSession | AsyncConnection


class Purpose(StrEnum):
    """What a data key is for. The fingerprint key never changes: what it was made of is gone."""

    SEAL = "seal"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class DataKey:
    """A data key, unwrapped."""

    id: str
    purpose: Purpose
    secret: bytes
    created_at: datetime
    retired_at: datetime | None = None


def derive(root: bytes, use: bytes) -> bytes:
    """A key for one use from the root of the installation key."""
    return HKDFExpand(SHA256(), KEY_BYTES, use).derive(root)


def new_key(purpose: Purpose, at: datetime) -> DataKey:
    """A random key."""
    key_id = secrets.token_hex(KEY_ID_CHARACTERS // 2)
    return DataKey(key_id, purpose, secrets.token_bytes(KEY_BYTES), at)


async def read_keys(connection: Connection, root: bytes) -> list[DataKey]:
    """All data keys.

    Raises:
        KeyMismatchError: they were wrapped by another installation key, or changed.
    """
    query = select(*DataKeyRow.__table__.columns)
    rows = (await connection.execute(query, execution_options=_AS_IT_IS)).all()
    try:
        return [_unwrap(root, row) for row in rows]
    except SealBrokenError as error:
        raise KeyMismatchError("the data keys do not open with this installation key") from error


async def sealing_key_id(session: AsyncSession) -> str:
    """The key to seal with, held against a rotation until the session's transaction ends."""
    if known := session.info.get(_HELD):
        return str(known)
    query = select(DataKeyRow.id).where(
        DataKeyRow.purpose == Purpose.SEAL, DataKeyRow.retired_at.is_(None)
    )
    held = query.with_for_update(read=True)
    # A rotation that committed while this waited leaves nothing of the old statement's view.
    for _ in range(2):
        found = await session.scalar(held, execution_options=_AS_IT_IS)
        if found is not None:
            session.info[_HELD] = found
            return str(found)
    raise KeyMismatchError("the database holds no key to seal with")


async def add_keys(connection: Connection, root: bytes, keys: Sequence[DataKey]) -> None:
    """Keep keys, wrapped."""
    values = [
        {
            "id": key.id,
            "purpose": key.purpose,
            "wrapped": _wrap(root, key),
            "created_at": key.created_at,
            "retired_at": key.retired_at,
        }
        for key in keys
    ]
    await connection.execute(insert(DataKeyRow), values)


async def rewrap_keys(connection: Connection, root: bytes, keys: Sequence[DataKey]) -> None:
    """Wrap keys by another installation key."""
    for key in keys:
        values = {"wrapped": _wrap(root, key)}
        await connection.execute(update(DataKeyRow).where(DataKeyRow.id == key.id).values(**values))


async def retire_sealing_keys(connection: Connection, at: datetime) -> None:
    """No key seals any more; waits for transactions that are sealing."""
    in_use = (DataKeyRow.purpose == Purpose.SEAL) & DataKeyRow.retired_at.is_(None)
    await connection.execute(update(DataKeyRow).where(in_use).values(retired_at=at))


def _wrap(root: bytes, key: DataKey) -> str:
    bound_to = _place(key.id, key.purpose).bound()
    return sealed_text("wrapped", encrypt(derive(root, b"wrap"), key.secret, bound_to))


def _unwrap(root: bytes, row: Any) -> DataKey:
    _, sealed = from_text(row.wrapped)
    secret = decrypt(derive(root, b"wrap"), sealed, _place(row.id, row.purpose).bound())
    return DataKey(row.id, Purpose(row.purpose), secret, row.created_at, row.retired_at)


def _place(key_id: str, purpose: str) -> Place:
    return Place("data_keys", "wrapped", (key_id, purpose))
