"""The form of a sealed value, and the place it is bound to; pure.

A sealed text is ``2.<key id>.<base64 of nonce and ciphertext>``, a sealed file the same in
bytes behind a header. Both are AES-256-GCM; the place (table, row, field) is authenticated
with them, so a value moved to another place does not open.
"""

import json
import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from api.errors import SealBrokenError

NONCE_BYTES = 12
KEY_ID_CHARACTERS = 8
TEXT_MARK = "2."
FILE_MARK = b"CDSEAL2\n"
_HEADER_BYTES = len(FILE_MARK) + KEY_ID_CHARACTERS


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value lies: a field of a row, the row by its primary key."""

    table: str
    field: str
    row: tuple[str, ...]

    def bound(self) -> bytes:
        """What a seal is bound to."""
        return json.dumps([self.table, self.field, *self.row]).encode()

    def __str__(self) -> str:
        return f"{self.table}.{self.field}"


def encrypt(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    """Nonce and ciphertext."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def decrypt(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    """What :func:`encrypt` was given.

    Raises:
        SealBrokenError: another key or place, or it was changed.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)
    except (InvalidTag, ValueError) as error:
        raise SealBrokenError("does not open") from error


def text_prefix(key_id: str) -> str:
    """What every value begins with that is sealed with a key."""
    return f"{TEXT_MARK}{key_id}."


def sealed_text(key_id: str, sealed: bytes) -> str:
    """A sealed value as it lies in a column."""
    return text_prefix(key_id) + b64encode(sealed).decode()


def from_text(text: str) -> tuple[str, bytes]:
    """Key id and sealed bytes of a column's value.

    Raises:
        SealBrokenError: it has another form.
    """
    version, _, rest = text.partition(".")
    key_id, _, body = rest.partition(".")
    if f"{version}." != TEXT_MARK or not body:
        raise SealBrokenError("no sealed value")
    try:
        return key_id, b64decode(body, validate=True)
    except ValueError as error:
        raise SealBrokenError("no sealed value") from error


def sealed_file(key_id: str, sealed: bytes) -> bytes:
    """A sealed value as it lies in a file."""
    return FILE_MARK + key_id.encode() + sealed


def from_file(content: bytes) -> tuple[str, bytes]:
    """Key id and sealed bytes of a file.

    Raises:
        SealBrokenError: it has another form.
    """
    if not content.startswith(FILE_MARK):
        raise SealBrokenError("no sealed file")
    key_id = content[len(FILE_MARK) : _HEADER_BYTES].decode("ascii", "replace")
    return key_id, content[_HEADER_BYTES:]


def file_key_id(path: Path) -> str:
    """The key a file is sealed with; empty when it is no sealed file, or gone."""
    try:
        with path.open("rb") as file:
            return from_file(file.read(_HEADER_BYTES))[0]
    except (FileNotFoundError, SealBrokenError):
        return ""
