"""Tokens, and the secrets by which processes of this installation know each other.

Tokens are stored as hashes only. What people tell us is sealed in ``api.keys``.
"""

import hashlib
import hmac
import secrets

from api.keys.places import kept_secret
from api.settings import ApiSettings


def service_token(settings: ApiSettings) -> str:
    """The token by which channels call the API, made at first use."""
    given = settings.service_token
    return (
        given.get_secret_value()
        if given
        else kept_secret(settings.data_dir / "keys" / "service_token")
    )


def web_secret(settings: ApiSettings) -> str:
    """What the web page signs its cookie with, made at first use."""
    return kept_secret(settings.data_dir / "keys" / "web")


def token_hash(token: str) -> str:
    """How a token is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A fresh random token."""
    return secrets.token_urlsafe(32)


def same(left: str, right: str) -> bool:
    """Whether two secrets are equal, in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
