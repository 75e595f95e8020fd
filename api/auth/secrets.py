"""Keys of this installation, sealing of personal data, and tokens.

Personal values are sealed with AES-256-GCM; what must be found again (an ID number,
a phone) has a keyed fingerprint beside it. Tokens are stored as hashes only.
"""

import hashlib
import hmac
import json
import os
import secrets
from base64 import b64decode, b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from api.errors import KeyUnreadableError
from api.settings import ApiSettings

NONCE_BYTES = 12


class Vault:
    """Seals and opens personal data; one per process."""

    def __init__(self, key: bytes) -> None:
        self._sealing = AESGCM(_derive(key, b"seal"))
        self._fingerprints = _derive(key, b"fingerprint")

    def seal(self, value: object, *, purpose: str) -> str:
        """Encrypt a JSON value; ``purpose`` binds it to its place."""
        nonce = os.urandom(NONCE_BYTES)
        plain = json.dumps(value, ensure_ascii=False).encode()
        return b64encode(nonce + self._sealing.encrypt(nonce, plain, purpose.encode())).decode()

    def open(self, sealed: str, *, purpose: str) -> object:
        """Decrypt what :meth:`seal` made.

        Raises:
            KeyUnreadableError: the key is not the one it was sealed with.
        """
        raw = b64decode(sealed)
        try:
            plain = self._sealing.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], purpose.encode())
        except InvalidTag as error:
            raise KeyUnreadableError("sealed data does not open with this key") from error
        return json.loads(plain)

    def seal_bytes(self, content: bytes, *, purpose: str) -> bytes:
        """Encrypt a file."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._sealing.encrypt(nonce, content, purpose.encode())

    def fingerprint(self, value: str, *, purpose: str) -> str:
        """A keyed hash by which a value is found again without being stored."""
        message = f"{purpose}:{value}".encode()
        return hmac.new(self._fingerprints, message, hashlib.sha256).hexdigest()


def open_vault(settings: ApiSettings) -> Vault:
    """The vault of this installation, its key made at first use."""
    given = settings.encryption_key
    text = given.get_secret_value() if given else _kept(settings.data_dir, "encryption")
    return Vault(hashlib.sha256(text.encode()).digest())


def service_token(settings: ApiSettings) -> str:
    """The token by which channels call the API, made at first use."""
    given = settings.service_token
    return given.get_secret_value() if given else _kept(settings.data_dir, "service_token")


def web_secret(settings: ApiSettings) -> str:
    """What the web page signs its cookie with, made at first use."""
    return _kept(settings.data_dir, "web")


def token_hash(token: str) -> str:
    """How a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A fresh random token."""
    return secrets.token_urlsafe(32)


def derived_key(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, the same in every process that has the secret."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode())


def same(left: str, right: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def _derive(key: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(SHA256(), 32, purpose).derive(key)


def _kept(data_dir: Path, name: str) -> str:
    """A secret of the data directory; made whole or not at all, even by two processes."""
    folder = data_dir / "keys"
    path = folder / name
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = folder / f".{name}.{secrets.token_hex(4)}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(32))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        text = path.read_text().strip()
    except OSError as error:
        raise KeyUnreadableError(f"key {name}: {type(error).__name__}") from error
    if not text:
        raise KeyUnreadableError(f"key {name} is empty")
    return text
