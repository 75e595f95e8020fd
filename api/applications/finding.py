"""Ways back to an application without its token; guessing them is made hopeless."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from api.applications.repository import ApplicationRepository
from api.applications.service import ApplicationService, phone_key
from api.applications.tables import HandoverRow
from api.auth.secrets import same, token_hash
from api.contract.applications import ApplicationView, HandoverCode
from api.contract.receipts import find_receipt
from api.db.engine import Database
from api.db.retrying import retried
from api.errors import ApplicationNotFoundError, HandoverInvalidError
from api.keys.vault import Vault
from api.limits.quotas import Quotas
from knowledge.kit.digits import canonical_code

HANDOVER_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
HANDOVER_LIFE = timedelta(minutes=10)
# 31 characters, ten of them: with a thousand codes open and no limit at all, a thousand
# guesses a second for ten minutes find one with a chance of one in a million.
HANDOVER_LENGTH = 10


class ApplicationFinder:
    """Finds applications by receipt and phone, or by a handover code."""

    def __init__(
        self,
        service: ApplicationService,
        database: Database,
        vault: Vault,
        quotas: Quotas,
        now: Callable[[], datetime],
    ) -> None:
        self._service, self._database, self._vault = service, database, vault
        self._quotas, self._now = quotas, now

    async def by_receipt(self, receipt: str, phone_last4: str, *, caller: str) -> ApplicationView:
        """An application by its receipt number, if the phone's last digits match.

        A number that does not exist takes as long as one whose phone is another.

        Raises:
            ApplicationNotFoundError: they do not go together.
            TooManyLookUpsError: that happened too often, to this caller or this receipt.
        """
        written = find_receipt(receipt)
        if written is None or not written.is_sound:
            raise ApplicationNotFoundError("no receipt")
        async with self._quotas.look_up(caller, written.number):
            async with self._database.reading() as session:
                row = await ApplicationRepository(session, self._vault).by_receipt(written.number)
            known = row.phone_key if row is not None and row.phone_key else ""
            if not same(known, phone_key(self._vault, phone_last4)) or row is None:
                raise ApplicationNotFoundError("receipt and phone do not match")
        return await self._service.view(row.id)

    @retried
    async def offer_handover(self, application_id: str) -> HandoverCode:
        """A code to go on elsewhere, good once and for ten minutes."""
        code = "".join(secrets.choice(HANDOVER_ALPHABET) for _ in range(HANDOVER_LENGTH))
        expires_at = self._now() + HANDOVER_LIFE
        async with self._database.writing() as session:
            repository = ApplicationRepository(session, self._vault)
            row = await repository.get(application_id)
            await repository.put_handover(
                HandoverRow(
                    code_hash=token_hash(code), application_id=row.id, expires_at=expires_at
                )
            )
        half = HANDOVER_LENGTH // 2
        return HandoverCode(code=f"{code[:half]}-{code[half:]}", expires_at=expires_at)

    @retried
    async def accept_handover(self, code: str, *, caller: str) -> ApplicationView:
        """The application a code stands for; the code is used up.

        Raises:
            HandoverInvalidError: it is unknown, used or too old.
            TooManyCodesError: that happened too often.
        """
        plain = canonical_code(code)
        async with self._quotas.try_code(caller):
            async with self._database.writing() as session:
                repository = ApplicationRepository(session, self._vault)
                application_id = await repository.take_handover(token_hash(plain), self._now())
            if application_id is None:
                raise HandoverInvalidError(HANDOVER_LIFE)
        return await self._service.view(application_id)
