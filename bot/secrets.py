"""Keys that processes of one installation share, each for one purpose."""

from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from api.contract.callers import CallerHash


@dataclass(frozen=True, slots=True)
class Secrets:
    """What a process is known by: ``token`` to the API, ``cookies`` to browsers."""

    token: str
    cookies: str


def caller_hash(token: str) -> CallerHash:
    """Names to the API who asks."""
    return CallerHash(derived_key(token, "callers"))


def derived_key(secret: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, the same in every process that has the secret."""
    return HKDF(SHA256(), 32, salt=None, info=purpose.encode()).derive(secret.encode())
