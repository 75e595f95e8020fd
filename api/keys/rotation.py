"""Another data key for all that is sealed, or another installation key for the data keys.

Servers may go on meanwhile. A transaction that seals holds its key (``sealing_key_id``), so the
old key is retired between such transactions and nothing is sealed with it afterwards: one pass
over the tables leaves nothing behind. Killed at any moment, the next run goes on.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from anyio import to_thread
from sqlalchemy import Column, MetaData, Table, func, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from api.db.base import Base, SealedText
from api.db.engine import Database
from api.db.locks import only_one
from api.errors import KeyUnreadableError, SealBrokenError
from api.keys.keyring import (
    Purpose,
    add_keys,
    new_key,
    read_keys,
    retire_sealing_keys,
    rewrap_keys,
    sealing_key_id,
)
from api.keys.places import make_key
from api.keys.sealing import Place, file_key_id, text_prefix
from api.keys.vault import Vault
from knowledge.kit.clock import utc_now
from knowledge.kit.files import write_durably

log = logging.getLogger(__name__)

BATCH = 50
# Between batches others get their turn, which SQLite does not see to.
PAUSE_S = 0.005


@dataclass(frozen=True, slots=True)
class SealedFiles:
    """Files in a folder, each named by the primary key of a row."""

    table: Table
    field: str
    folder: Path


@dataclass(slots=True)
class Resealed:
    """What a pass over everything sealed did; ``broken`` are places that do not open."""

    moved: int = 0
    broken: list[str] = field(default_factory=list)


async def rotate(
    database: Database,
    vault: Vault,
    files: Sequence[SealedFiles],
    on_progress: Callable[[int], None] = lambda done: None,
) -> tuple[Resealed, bool]:
    """Seal everything with a new data key and retire the old one; or end what was begun.

    Returns:
        What was done, and whether a new key was made for it: not where a run before this one
        was killed, for then its key is taken to the end.
    """
    async with only_one(database, "rotate-keys"):
        pass_ = _Pass(database, vault, files, on_progress)
        left_over = await pass_.run()
        if left_over.moved:
            return left_over, False
        root = vault.place.read()
        async with database.writing() as session:
            now = utc_now()
            await retire_sealing_keys(session, now)
            await add_keys(session, root, [new_key(Purpose.SEAL, now)])
        return await pass_.run(), True


async def replace_installation_key(database: Database, vault: Vault, to: Path | None) -> Path:
    """Wrap the data keys by another installation key, all or none.

    Without ``to`` the new key takes the place of the old one, else it is written there and
    setting it is left to the operator.

    Returns:
        Where the old key is kept, or the new one lies.

    Raises:
        KeyMissingError, KeyUnreadableError: a key cannot be read, or not be written.
        KeyMismatchError: the present installation key does not open the data keys.
    """
    async with only_one(database, "rotate-keys"), database.writing() as session:
        keys = await read_keys(session, vault.place.read())
        if to is not None:
            new_root, lies = _new_key_file(to), to
        else:
            new_root, lies = vault.place.prepare_next()
        await rewrap_keys(session, new_root, keys)
    if to is None:
        vault.place.take_next()
    return lies


async def usage(database: Database, files: Sequence[SealedFiles]) -> Counter[str]:
    """How many values and files are sealed with each key, by key id; ``""`` for broken ones."""
    counts: Counter[str] = Counter()
    async with database.reading() as session:
        for _, column in sealed_columns(Base.metadata):
            mark = func.substr(column, 1, len(text_prefix("x" * 8)))
            query = select(mark, func.count()).where(column.is_not(None)).group_by(mark)
            for found, count in await session.execute(query):
                counts[_key_of(found)] += count
    for one in files:
        for path in await to_thread.run_sync(_files, one.folder):
            counts[await to_thread.run_sync(file_key_id, path)] += 1
    return counts


def sealed_columns(metadata: MetaData) -> Iterator[tuple[Table, Column[str]]]:
    """Every column of sealed values."""
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, SealedText):
                yield table, column


@dataclass(slots=True)
class _Pass:
    database: Database
    vault: Vault
    files: Sequence[SealedFiles]
    on_progress: Callable[[int], None]
    done: Resealed = field(default_factory=Resealed)

    async def run(self) -> Resealed:
        self.done = Resealed()
        async with self.database.writing() as session:
            key_id = await sealing_key_id(session)
        for table, column in sealed_columns(Base.metadata):
            after: tuple[Any, ...] | None = None
            while (after := await self._batch(table, column, key_id, after)) is not None:
                self.on_progress(self.done.moved)
                await asyncio.sleep(PAUSE_S)
        for one in self.files:
            for path in await to_thread.run_sync(_files, one.folder):
                if await to_thread.run_sync(file_key_id, path) != key_id:
                    await self._file(one, path)
                    self.on_progress(self.done.moved)
                    await asyncio.sleep(PAUSE_S)
        return self.done

    async def _batch(
        self, table: Table, column: Column[str], key_id: str, after: tuple[Any, ...] | None
    ) -> tuple[Any, ...] | None:
        """Seal some values anew; the primary key of the last, None when there was none."""
        primary = list(table.primary_key.columns)
        waiting = select(*primary, column).where(column.not_like(f"{text_prefix(key_id)}%"))
        if after is not None:
            waiting = waiting.where(tuple_(*primary) > tuple_(*after))
        async with self.database.writing() as session:
            rows = (await session.execute(waiting.order_by(*primary).limit(BATCH))).all()
            for row in rows:
                await self._value(session, table, column, tuple(row))
        return tuple(rows[-1])[:-1] if rows else None

    async def _value(
        self, session: AsyncSession, table: Table, column: Column[str], row: tuple[Any, ...]
    ) -> None:
        *primary, sealed = row
        place = Place(table.name, column.name, tuple(str(part) for part in primary))
        try:
            value = await self.vault.open(session, sealed, place)
        except SealBrokenError:
            self.done.broken.append(f"{place} {'/'.join(place.row)}")
            return
        # Only what was read: whoever writes meanwhile seals with the new key already.
        this = [c == part for c, part in zip(table.primary_key.columns, primary, strict=True)]
        query = update(table).where(*this, column == sealed)
        anew = await self.vault.seal(session, value, place)
        await session.execute(query.values({column.name: anew}))
        self.done.moved += 1

    async def _file(self, files: SealedFiles, path: Path) -> None:
        place = Place(files.table.name, files.field, (path.name,))
        (primary,) = files.table.primary_key.columns
        async with self.database.writing() as session:
            # Held until the file is exchanged: else one erased meanwhile would come back.
            row = select(primary).where(primary == path.name).with_for_update()
            if await session.scalar(row) is None:
                return
            try:
                sealed = await to_thread.run_sync(path.read_bytes)
                content = await self.vault.open_bytes(session, sealed, place)
            except (FileNotFoundError, SealBrokenError):
                self.done.broken.append(f"{place} {path.name}")
                return
            anew = await self.vault.seal_bytes(session, content, place)
            await to_thread.run_sync(write_durably, path, anew)
        self.done.moved += 1


def _new_key_file(path: Path) -> bytes:
    try:
        return make_key(path)
    except OSError as error:
        raise KeyUnreadableError(f"{path}: {error.strerror}") from error


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if not path.name.startswith("."))


def _key_of(prefix: str) -> str:
    version, _, rest = prefix.partition(".")
    return rest.removesuffix(".") if version == "2" else ""
