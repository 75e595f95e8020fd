"""What the rooms that hold personal data offer, so that it can be copied and forgotten."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from api.contract.applications import ApplicationStatus

Forget = Callable[[datetime], Awaitable[int]]
"""Deletes records without a name on them that are older; says how many."""


class PersonalRecords(Protocol):
    """The applications; see api.applications.personal_data.PersonalApplications."""

    async def id_of(self, receipt: str) -> str | None: ...

    async def copy(self, application_id: str) -> bytes: ...

    async def erase(
        self,
        application_id: str,
        now: datetime,
        prove: Callable[[AsyncSession, dict[str, int]], None],
    ) -> None: ...

    async def forget(
        self, before: Mapping[ApplicationStatus, datetime], now: datetime
    ) -> dict[str, int]: ...

    async def forget_copies(self, before: datetime) -> int: ...

    async def forget_codes(self, now: datetime) -> int: ...

    async def sweep_files(self) -> int: ...
