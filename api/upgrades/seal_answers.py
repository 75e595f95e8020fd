"""Seals what lay in plain columns, and seals anew what was bound to no place.

Runs between migrations 0006 and 0007, at the first start of the version that brought them. It
works in batches, each a transaction; what is done is recognised by its form, so a start that
was killed goes on where it ended. The tables are written down as they are at 0006: later
migrations may change them.
"""

import json
import logging
from base64 import b64decode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from anyio import to_thread
from sqlalchemy import JSON, Row, Select, column, delete, insert, null, or_, select, table, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from api.db.base import Instant
from api.db.engine import Database
from api.errors import SealBrokenError
from api.keys.keyring import FIRST_KEY
from api.keys.sealing import FILE_MARK, Place, decrypt
from api.keys.vault import Vault
from knowledge.kit.clock import utc_now
from knowledge.kit.digits import canonical_code
from knowledge.kit.files import write_durably

log = logging.getLogger(__name__)

REVISION = "0006"
BATCH = 100
LOOKED_AT = 20
# In front of what opened with no key: it is kept, and said to be broken when it is asked for.
BROKEN_MARK = "0."

_APPLICATIONS = table(
    "applications",
    *(column(name) for name in ("id", "product", "status", "receipt", "duplicate_of")),
    *(column(name) for name in ("answers", "reasons", "applicant_key", "phone_key")),
    *(column(name, JSON) for name in ("plain_answers", "plain_reasons")),
)
_IDEMPOTENCY = table(
    "idempotency_keys",
    *(column(name) for name in ("key", "application_id", "body_hash", "response")),
    column("plain_response", JSON),
)
_CONVERSATIONS = table("conversations", column("key"), column("state"), column("updated_at"))
_ATTACHMENTS = table("attachments", column("id"))
_EVENTS = table(
    "application_events",
    *(column(name) for name in ("application_id", "kind", "status", "actor")),
    column("at", Instant),
)
_ACTIVE = ("submitted", "under_review")


async def old_seals(connection: AsyncConnection) -> list[tuple[str, str]]:
    """Some sealed values of before, the latest first, each with the purpose it was sealed for.

    Empty in a database that holds none.
    """
    conversations = (
        select(_CONVERSATIONS.c.state, _CONVERSATIONS.c.key)
        .order_by(_CONVERSATIONS.c.updated_at.desc())
        .limit(LOOKED_AT)
    )
    applications = (
        select(_APPLICATIONS.c.answers).order_by(_APPLICATIONS.c.receipt.desc()).limit(LOOKED_AT)
    )
    found = [(row.state, row.key) for row in await connection.execute(conversations)]
    return found + [(row.answers, "personal") for row in await connection.execute(applications)]


def opens(key: bytes, sealed: str, purpose: str) -> bool:
    """Whether a value of before opens with a key."""
    try:
        _open_first(key, sealed, purpose)
    except SealBrokenError:
        return False
    return True


async def seal_answers(database: Database, vault: Vault, attachments: Path) -> None:
    """Leave nothing plain, in the tables and on disk; safe to be killed, not to be run beside."""
    for step in (_seal_applications, _seal_submissions, _seal_conversations):
        while done := await step(database, vault):
            log.info("sealed: %d %s", done, step.__name__)
    await _seal_attachments(database, vault, attachments)
    await database.scrub("applications", "idempotency_keys", "conversations")


async def _batch(session: AsyncSession, query: Select[Any]) -> list[Row[Any]]:
    return list((await session.execute(query.limit(BATCH))).all())


async def _seal_applications(database: Database, vault: Vault) -> int:
    c = _APPLICATIONS.c
    waiting = c.answers.not_like("2.%") & c.answers.not_like(f"{BROKEN_MARK}%")
    async with database.writing() as session:
        rows = await _batch(session, select(_APPLICATIONS).where(waiting))
        for row in rows:
            await _seal_application(session, vault, row)
    return len(rows)


async def _seal_application(session: AsyncSession, vault: Vault, row: Row[Any]) -> None:
    place = Place("applications", "answers", (row.id,))
    values: dict[str, Any] = {"plain_answers": {}, "plain_reasons": []}
    if row.plain_reasons:
        reasons_place = Place("applications", "reasons", (row.id,))
        values["reasons"] = await vault.seal(session, row.plain_reasons, reasons_place)
    try:
        personal = json.loads(
            _open_first(await _first_key(session, vault), row.answers, "personal")
        )
    except SealBrokenError:
        log.warning("application %s does not open; kept as it is, sealed", row.id)
        kept = await vault.seal(session, [row.answers, row.plain_answers], place)
        values["answers"] = f"{BROKEN_MARK}{kept}"
    else:
        answers = _canonical({**row.plain_answers, **personal})
        values["answers"] = await vault.seal(session, answers, place)
        if row.applicant_key is not None:
            values |= await _recognised_by(session, vault, row, answers)
    await session.execute(
        update(_APPLICATIONS).where(_APPLICATIONS.c.id == row.id).values(**values)
    )


def _canonical(answers: Mapping[str, Any]) -> dict[str, Any]:
    codes = {f: canonical_code(str(answers[f])) for f in ("id_number", "phone") if answers.get(f)}
    return {**answers, **codes}


async def _recognised_by(
    session: AsyncSession, vault: Vault, row: Row[Any], answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The fingerprints of the canonical numbers; the later of two active ones is marked."""
    applicant_key = vault.fingerprint(str(answers["id_number"]), purpose="applicant")
    phone_key = vault.fingerprint(str(answers["phone"])[-4:], purpose="phone-last4")
    values = {"applicant_key": applicant_key, "phone_key": phone_key, "duplicate_of": None}
    if row.status not in _ACTIVE:
        return values
    c = _APPLICATIONS.c
    query = select(c.id, c.receipt, c.status).where(
        c.applicant_key == applicant_key,
        c.product == row.product,
        c.status.in_(_ACTIVE),
        c.duplicate_of.is_(None),
        c.id != row.id,
    )
    first = (await session.execute(query)).first()
    if first is None:
        return values
    if first.receipt < row.receipt:  # receipts are counted up
        await _note_duplicate(session, row.id, row.status)
        return {**values, "duplicate_of": first.id}
    later = or_(c.id == first.id, c.duplicate_of == first.id)
    await session.execute(update(_APPLICATIONS).where(later).values(duplicate_of=row.id))
    await _note_duplicate(session, first.id, first.status)
    return values


async def _note_duplicate(session: AsyncSession, application_id: str, status: str) -> None:
    log.warning("application %s is a second one of the same person", application_id)
    event = {"kind": "duplicate", "status": status, "actor": "upgrade", "at": utc_now()}
    await session.execute(insert(_EVENTS).values(application_id=application_id, **event))


async def _seal_submissions(database: Database, vault: Vault) -> int:
    c = _IDEMPOTENCY.c
    async with database.writing() as session:
        rows = await _batch(session, select(_IDEMPOTENCY).where(c.response.is_(None)))
        for row in rows:
            this = (c.key == row.key) & (c.application_id == row.application_id)
            if row.plain_response is None:  # never finished: nothing to repeat
                await session.execute(delete(_IDEMPOTENCY).where(this))
                continue
            key = vault.fingerprint(row.key, purpose="idempotency-key")
            place = Place("idempotency_keys", "response", (key, row.application_id))
            values = {
                "key": key,
                "body_hash": vault.fingerprint(row.body_hash, purpose="body"),
                "response": await vault.seal(session, row.plain_response, place),
                "plain_response": null(),
            }
            await session.execute(update(_IDEMPOTENCY).where(this).values(**values))
    return len(rows)


async def _seal_conversations(database: Database, vault: Vault) -> int:
    c = _CONVERSATIONS.c
    waiting = c.state.not_like("2.%") & c.state.not_like(f"{BROKEN_MARK}%")
    async with database.writing() as session:
        rows = await _batch(session, select(_CONVERSATIONS).where(waiting))
        for row in rows:
            try:
                state = json.loads(
                    _open_first(await _first_key(session, vault), row.state, row.key)
                )
            except SealBrokenError:
                log.warning("a conversation does not open; kept as it is")
                sealed = f"{BROKEN_MARK}{row.state}"
            else:
                place = Place("conversations", "state", (row.key,))
                sealed = await vault.seal(session, state, place)
            await session.execute(
                update(_CONVERSATIONS).where(c.key == row.key).values(state=sealed)
            )
    return len(rows)


async def _seal_attachments(database: Database, vault: Vault, folder: Path) -> None:
    async with database.reading() as session:
        ids = list(await session.scalars(select(_ATTACHMENTS.c.id)))
    for attachment_id in ids:
        path = folder / attachment_id
        try:
            content = await to_thread.run_sync(path.read_bytes)
        except FileNotFoundError:
            log.warning("attachment %s is not on disk", attachment_id)
            continue
        if content.startswith(FILE_MARK):
            continue
        async with database.reading() as session:
            try:
                bound_to = attachment_id.encode()
                plain = decrypt(await _first_key(session, vault), content, bound_to)
            except SealBrokenError:
                log.warning("attachment %s does not open; kept as it is", attachment_id)
                continue
            place = Place("attachments", "content", (attachment_id,))
            sealed = await vault.seal_bytes(session, plain, place)
        await to_thread.run_sync(write_durably, path, sealed)


async def _first_key(session: AsyncSession, vault: Vault) -> bytes:
    return await vault.key(session, FIRST_KEY)


def _open_first(key: bytes, sealed: str, purpose: str) -> bytes:
    try:
        raw = b64decode(sealed, validate=True)
    except ValueError as error:
        raise SealBrokenError("no sealed value") from error
    return decrypt(key, raw, purpose.encode())
