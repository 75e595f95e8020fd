"""Checks passwords by argon2, a bounded number at a time.

Each check takes 64 MB and some hundredths of a second of a core on purpose. More than a few at
once would take the memory and the cores from everybody else; who comes beyond that waits a
little, or is told to come again.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from anyio import to_thread
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from api.auth.secrets import new_token
from api.errors import LoginsBusyError

AT_ONCE = 2
MOST_WAITING = 16
PATIENCE_S = 5.0

Result = TypeVar("Result")


class PasswordHashes:
    """Makes and checks hashes; the bounds are per process."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        # Checked for logins nobody has, so that these take as long as real ones.
        started = time.perf_counter()
        self._nobody = self._hasher.hash(new_token())
        self._took_s = time.perf_counter() - started
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def make(self, password: str) -> str:
        """The hash to keep of a password.

        Raises:
            LoginsBusyError: too many others are at it.
        """
        return await self._run(lambda: self._hasher.hash(password))

    async def is_right(self, hashed: str | None, password: str) -> bool:
        """Whether a password is that of the hash; None is nobody's, and takes as long.

        Raises:
            LoginsBusyError: too many others are at it; nothing was checked.
        """
        return await self._run(lambda: self._verify(hashed or self._nobody, password))

    async def pretend(self) -> None:
        """Take as long as a check does, without the work."""
        await asyncio.sleep(self._took_s)

    async def _run(self, work: Callable[[], Result]) -> Result:
        async with self._turn():
            started = time.perf_counter()
            result = await to_thread.run_sync(work)
            self._took_s = time.perf_counter() - started
            return result

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._waiting >= MOST_WAITING:
            raise LoginsBusyError("too many wait to have a password checked", PATIENCE_S)
        self._waiting += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._turns.acquire()
        except TimeoutError:
            raise LoginsBusyError("waited in vain for a password check", PATIENCE_S) from None
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._turns.release()

    def _verify(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
