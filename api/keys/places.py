"""Where the installation key lies, the one key that must be kept apart from the data."""

import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from api.errors import KeyMissingError, KeyUnreadableError
from api.settings import ApiSettings
from knowledge.kit.clock import utc_now
from knowledge.kit.files import fill, sync_folder

CREDENTIAL = "chuangdai-encryption-key"


@dataclass(frozen=True, slots=True)
class KeyPlace:
    """A setting that holds the key, or a file that does.

    ``may_make`` says whether a first start makes the key there: only in the data folder, for
    every other place is somebody's to fill. ``may_replace`` says whether another key can take
    the place of this one: not in the environment, nor in a credential.
    """

    name: str
    value: SecretStr | None = None
    path: Path | None = None
    may_make: bool = False
    may_replace: bool = False

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

    def prepare_next(self) -> tuple[bytes, Path]:
        """Write the key that is to replace this one beside it, and keep a copy of this one.

        Returns:
            The root of the next key, and where the copy lies: backups need it.

        Raises:
            KeyUnreadableError: nothing can be written there.
        """
        assert self.path is not None
        copy = self.path.with_name(f"{self.path.name}.until-{utc_now():%Y%m%dT%H%M%S}")
        try:
            self._next.unlink(missing_ok=True)
            root = make_key(self._next)
            os.link(self.path, copy)
        except OSError as error:
            raise KeyUnreadableError(f"{self.name}: {error.strerror}") from error
        return root, copy

    def read_next(self) -> bytes | None:
        """The root of a key that was prepared to replace this one."""
        if self.path is None or not self._next.exists():
            return None
        return KeyPlace(f"{self.name} (next)", path=self._next).read()

    def take_next(self) -> None:
        """Let the prepared key replace this one; another process may be faster."""
        assert self.path is not None
        with suppress(FileNotFoundError):
            self._next.replace(self.path)

    @property
    def _next(self) -> Path:
        assert self.path is not None
        return self.path.with_name(f"{self.path.name}.next")


def key_place(settings: ApiSettings) -> KeyPlace:
    """The first of: setting, key file, systemd credential, data folder."""
    if settings.encryption_key is not None:
        return KeyPlace("CHUANGDAI_ENCRYPTION_KEY", value=settings.encryption_key)
    if settings.encryption_key_file is not None:
        return KeyPlace(
            str(settings.encryption_key_file), path=settings.encryption_key_file, may_replace=True
        )
    if folder := os.environ.get("CREDENTIALS_DIRECTORY"):
        credential = Path(folder) / CREDENTIAL
        if credential.exists():
            return KeyPlace(f"credential {CREDENTIAL}", path=credential)
    path = settings.data_dir / "keys" / "encryption"
    return KeyPlace(str(path), path=path, may_make=True, may_replace=True)


def make_key(path: Path) -> bytes:
    """Write a new key to a file that is not there yet; the root of it.

    Raises:
        OSError: the file is there, or cannot be written.
    """
    text = secrets.token_urlsafe(32)
    fill(path, f"{text}\n".encode())
    sync_folder(path.parent)
    return hashlib.sha256(text.encode()).digest()


def kept_secret(path: Path) -> str:
    """A secret in a file; made whole or not at all, even by two processes.

    Raises:
        KeyUnreadableError: it cannot be read or made, or is empty.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = path.parent / f".{path.name}.{secrets.token_hex(4)}"
            fill(draft, secrets.token_urlsafe(32).encode())
            with suppress(FileExistsError):
                os.link(draft, path)
            draft.unlink()
            sync_folder(path.parent)  # before anything is sealed that only this key opens
        text = path.read_text("utf-8", "replace").strip()
    except OSError as error:
        raise KeyUnreadableError(f"{path.name}: {error.strerror}") from error
    if not text:
        raise KeyUnreadableError(f"{path.name} is empty")
    return text
