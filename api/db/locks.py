"""Work that only one process may do at a time, however many share the database."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from filelock import AsyncFileLock
from sqlalchemy import text
from sqlalchemy.engine import make_url

from api.db.engine import Database


@asynccontextmanager
async def only_one(database: Database, work: str) -> AsyncIterator[None]:
    """Wait until nobody else does ``work``; a process that dies lets go of it."""
    if database.engine.dialect.name == "sqlite":
        async with AsyncFileLock(f"{make_url(database.url).database}.{work}.lock"):
            yield
        return
    number = int.from_bytes(hashlib.sha256(work.encode()).digest()[:7])
    async with database.engine.connect() as connection:
        # Held by the connection and not by a transaction, which would keep VACUUM from its work.
        held = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await held.execute(text("SELECT pg_advisory_lock(:number)"), {"number": number})
        try:
            yield
        finally:
            await held.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": number})
