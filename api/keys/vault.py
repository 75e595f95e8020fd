"""Seals and opens what people tell us, and recognises values that are not stored.

Envelope encryption: values are sealed with a data key, the data keys lie in the database wrapped
by the installation key. That they unwrap is the proof that key and database belong together.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sqlalchemy.ext.asyncio import AsyncSession

from api.errors import KeyMismatchError, KeyMissingError, KeyUnreadableError, SealBrokenError
from api.keys.keyring import Connection, DataKey, Purpose, read_keys, sealing_key_id
from api.keys.places import KeyPlace
from api.keys.sealing import (
    Place,
    decrypt,
    encrypt,
    from_file,
    from_text,
    sealed_file,
    sealed_text,
)

log = logging.getLogger(__name__)


class Vault:
    """Seals and opens; one per process. It holds no key before :meth:`load`."""

    def __init__(self, place: KeyPlace) -> None:
        self.place = place
        self._sealing: dict[str, bytes] = {}
        self._fingerprints: bytes | None = None

    async def load(self, connection: Connection) -> None:
        """Take in the data keys; again when another process has made one.

        Raises:
            KeyMissingError, KeyUnreadableError: there is no installation key, or none to read.
            KeyMismatchError: it is not the one of this database.
        """
        try:
            keys = await read_keys(connection, self.place.read())
        except (KeyMissingError, KeyMismatchError):
            # Killed after the data keys were wrapped anew, before the new key took its place.
            root = self.place.read_next()
            if root is None:
                raise
            keys = await read_keys(connection, root)
            self.place.take_next()
        self.hold(keys)

    def hold(self, keys: Sequence[DataKey]) -> None:
        """Use these data keys."""
        self._sealing = {key.id: key.secret for key in keys if key.purpose is Purpose.SEAL}
        for key in keys:
            if key.purpose is Purpose.FINGERPRINT:
                self._fingerprints = key.secret

    async def seal(self, session: AsyncSession, value: object, place: Place) -> str:
        """Encrypt a JSON value; it opens at its place only."""
        plain = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
        key_id, sealed = await self._encrypt(session, plain, place)
        return sealed_text(key_id, sealed)

    async def open(self, session: AsyncSession, sealed: str, place: Place) -> object:
        """What :meth:`seal` was given.

        Raises:
            SealBrokenError: it was changed, or sealed for another place.
        """
        with _reported(place):
            key_id, content = from_text(sealed)
            value: object = json.loads(await self._decrypt(session, key_id, content, place))
            return value

    async def seal_bytes(self, session: AsyncSession, content: bytes, place: Place) -> bytes:
        """Encrypt a file; it opens at its place only."""
        return sealed_file(*await self._encrypt(session, content, place))

    async def open_bytes(self, session: AsyncSession, sealed: bytes, place: Place) -> bytes:
        """What :meth:`seal_bytes` was given.

        Raises:
            SealBrokenError: it was changed, or sealed for another place.
        """
        with _reported(place):
            return await self._decrypt(session, *from_file(sealed), place)

    def fingerprint(self, value: str, *, purpose: str) -> str:
        """A keyed hash by which a value is found again without being stored."""
        if self._fingerprints is None:
            raise KeyMismatchError("the database holds no key for fingerprints")
        message = f"{purpose}:{value}".encode()
        return hmac.new(self._fingerprints, message, hashlib.sha256).hexdigest()

    async def _encrypt(
        self, session: AsyncSession, plain: bytes, place: Place
    ) -> tuple[str, bytes]:
        key_id = await sealing_key_id(session)
        return key_id, encrypt(await self.key(session, key_id), plain, place.bound())

    async def _decrypt(
        self, session: AsyncSession, key_id: str, content: bytes, place: Place
    ) -> bytes:
        return decrypt(await self.key(session, key_id), content, place.bound())

    async def key(self, session: AsyncSession, key_id: str) -> bytes:
        """A data key to seal or open with.

        Raises:
            SealBrokenError: there is none of that id.
        """
        if key_id not in self._sealing:
            try:
                await self.load(session)  # another process may have made it
            except (KeyMissingError, KeyMismatchError, KeyUnreadableError):
                log.error("another installation key is in use since this process started")
                raise
        if key_id not in self._sealing:
            raise SealBrokenError("no such key")
        return self._sealing[key_id]


@contextmanager
def _reported(place: Place) -> Iterator[None]:
    """Staff must hear of it, and where; what lies there stays unsaid."""
    try:
        yield
    except SealBrokenError:
        log.error("a sealed value does not open: %s %s", place, "/".join(place.row))
        raise
