"""Where the installation key lies, the one key that must be kept apart from the data."""

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from api.errors import KeyMissingError, KeyUnreadableError
from api.settings import ApiSettings

CREDENTIAL = "chuangdai-encryption-key"
LEAST_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A setting that holds the key, or a file that does.

    ``may_make`` says whether a first start makes the key there: only in the data folder, for
    every other place is somebody's to fill.
    """

    name: str
    value: SecretStr | None = None
    path: Path | None = None
    may_make: bool = False

    def read(self) -> bytes:
        """The root that all wrapping is derived from, 32 bytes.

        Raises:
            KeyMissingError: nothing lies there.
            KeyUnreadableError: it cannot be read, or is empty.
        """
        if self.value is not None:
            return hashlib.sha256(self.value.get_secret_value().encode()).digest()
        assert self.path is not None
        try:
            content = self.path.read_bytes().strip()
        except FileNotFoundError as error:
            raise KeyMissingError(f"no key at {self.name}") from error
        except OSError as error:
            raise KeyUnreadableError(f"{self.name}: {error.strerror}") from error
        if not content:
            raise KeyUnreadableError(f"{self.name} is empty")
        return hashlib.sha256(content).digest()

    def read_or_make(self) -> bytes:
        """The root, made if nothing lies there and this is the place to make one.

        Raises:
            KeyMissingError: nothing lies there, and it is for somebody else to fill.
            KeyUnreadableError: it cannot be read or written, or is empty.
        """
        if self.path is not None and self.may_make:
            kept_secret(self.path)
        return self.read()


def key_place(settings: ApiSettings) -> KeyPlace:
    """The first of: setting, key file, systemd credential, data folder."""
    if settings.encryption_key is not None:
        return KeyPlace("CHUANGDAI_ENCRYPTION_KEY", value=settings.encryption_key)
    if settings.encryption_key_file is not None:
        return KeyPlace(str(settings.encryption_key_file), path=settings.encryption_key_file)
    if folder := os.environ.get("CREDENTIALS_DIRECTORY"):
        credential = Path(folder) / CREDENTIAL
        if credential.exists():
            return KeyPlace(f"credential {CREDENTIAL}", path=credential)
    path = settings.data_dir / "keys" / "encryption"
    return KeyPlace(str(path), path=path, may_make=True)


def kept_secret(path: Path) -> str:
    """A secret in a file; made whole or not at all, even by two processes.

    Raises:
        KeyUnreadableError: it cannot be read or made, or is empty.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = path.parent / f".{path.name}.{secrets.token_hex(4)}"
            draft.touch(mode=0o600)
            draft.write_text(secrets.token_urlsafe(32))
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        text = path.read_text("utf-8", "replace").strip()
    except OSError as error:
        raise KeyUnreadableError(f"{path.name}: {error.strerror}") from error
    if not text:
        raise KeyUnreadableError(f"{path.name} is empty")
    return text
