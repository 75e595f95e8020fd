"""What a caller may open, hand in and guess, and all callers together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.auth.callers import is_counted
from api.errors import (
    RateLimitedError,
    TooManyCodesError,
    TooManyConversationsError,
    TooManyDraftsError,
    TooManyLookUpsError,
    TooManyUploadsError,
)
from api.limit_settings import LimitSettings, Rate
from api.limits.tally import Share, Tally


class Quotas:
    """Names the limits that are counted in the database.

    A limit of a caller is taken before that of all: one caller who tries too much uses up
    its own, and leaves that of all to others.
    """

    def __init__(self, tally: Tally, settings: LimitSettings) -> None:
        self._tally, self._settings = tally, settings

    async def begin_draft(self, caller: str) -> None:
        """Count an application begun.

        Raises:
            TooManyDraftsError: by this caller, or by all.
        """
        limits = self._settings
        own = self._own("drafts", caller, limits.drafts_per_caller, TooManyDraftsError)
        await self._tally.take([*own, Share("drafts", limits.drafts_in_all, TooManyDraftsError)])

    async def begin_conversation(self, caller: str) -> None:
        """Count a conversation begun.

        Raises:
            TooManyConversationsError: by this caller, or by all.
        """
        limits, refusal = self._settings, TooManyConversationsError
        own = self._own("conversations", caller, limits.conversations_per_caller, refusal)
        everybody = Share("conversations", limits.conversations_in_all, refusal)
        await self._tally.take([*own, everybody])

    async def hand_in(self, caller: str, size: int) -> None:
        """Count the bytes of a file.

        Raises:
            TooManyUploadsError: by this caller.
        """
        rate = self._settings.upload_bytes_per_caller
        await self._tally.take(self._own("uploads", caller, rate, TooManyUploadsError, size))

    @asynccontextmanager
    async def look_up(self, caller: str, receipt: str) -> AsyncIterator[None]:
        """Count a try to find an application, unless it succeeds.

        What fails inside stays counted, and it is counted before: many tries at once find
        out no more than one after the other.

        Raises:
            TooManyLookUpsError: by this caller, for this receipt, or by all.
        """
        limits, refusal = self._settings, TooManyLookUpsError
        shares = [
            *self._own("look-ups", caller, limits.guesses_per_caller, refusal),
            Share(f"receipt:{receipt}", limits.receipt_tries, refusal),
            Share("look-ups", limits.guesses_in_all, refusal),
        ]
        await self._tally.take(shares)
        yield
        await self._tally.give_back(shares)

    @asynccontextmanager
    async def try_code(self, caller: str) -> AsyncIterator[None]:
        """Count a try of a handover code, unless it succeeds.

        Raises:
            TooManyCodesError: by this caller, or by all.
        """
        limits, refusal = self._settings, TooManyCodesError
        shares = [
            *self._own("codes", caller, limits.guesses_per_caller, refusal),
            Share("codes", limits.guesses_in_all, refusal),
        ]
        await self._tally.take(shares)
        yield
        await self._tally.give_back(shares)

    def _own(
        self, name: str, caller: str, rate: Rate, refusal: type[RateLimitedError], cost: int = 1
    ) -> list[Share]:
        if not is_counted(caller, counts_loopback=self._settings.rate_limit_loopback):
            return []
        return [Share(f"{name}:{caller}", rate, refusal, cost)]
