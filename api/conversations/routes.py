"""The bot's memory of conversations: sealed, versioned, for channels only."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from api.auth.access import Caller, require_service
from api.contract.ids import ConversationKey
from api.contract.messages import ConversationState, KeptConversation
from api.contract.problem import Problem
from api.conversations.tables import ConversationRow
from api.db.engine import Database
from api.db.retrying import retried
from api.errors import ConversationChangedError
from api.keys.sealing import Place
from api.keys.vault import Vault
from api.limits.quotas import Quotas
from api.services import part_of

router = APIRouter(
    prefix="/v1/conversations",
    tags=["conversations"],
    dependencies=[Depends(require_service)],
    responses={
        409: {"model": Problem, "description": "Another write came first"},
        429: {"model": Problem, "description": "Too many conversations were begun"},
    },
)


class ConversationStore:
    """Keeps one sealed state per conversation."""

    def __init__(
        self, database: Database, vault: Vault, quotas: Quotas, now: Callable[[], datetime]
    ) -> None:
        self._database, self._vault, self._now = database, vault, now
        self._quotas = quotas

    async def get(self, conversation_id: str) -> KeptConversation:
        """The state, empty and of version 0 when there is none."""
        key = self._key(conversation_id)
        async with self._database.reading() as session:
            row = await session.scalar(select(ConversationRow).where(ConversationRow.key == key))
            if row is None:
                return KeptConversation(version=0, state={})
            state: Any = await self._vault.open(session, row.state, _place(key))
        return KeptConversation(version=row.version, state=state)

    @retried
    async def put(
        self, conversation_id: str, state: ConversationState, *, caller: str
    ) -> KeptConversation:
        """Keep a state read at ``state.version``.

        Raises:
            ConversationChangedError: another write came first.
            TooManyConversationsError: the caller has begun too many, or all callers have.
        """
        if state.version == 0:
            await self._quotas.begin_conversation(caller)
        key = self._key(conversation_id)
        table = ConversationRow.__table__
        try:
            async with self._database.writing() as session:
                values = {
                    "version": state.version + 1,
                    "state": await self._vault.seal(session, state.state, _place(key)),
                    "updated_at": self._now(),
                }
                if state.version == 0:
                    await session.execute(insert(ConversationRow).values(key=key, **values))
                    done = 1
                else:
                    where = (table.c.key == key) & (table.c.version == state.version)
                    result: Any = await session.execute(
                        update(ConversationRow).where(where).values(**values)
                    )
                    done = result.rowcount
        except IntegrityError:
            done = 0
        if done == 0:
            raise ConversationChangedError("version is not current")
        return KeptConversation(version=state.version + 1, state=dict(state.state))

    def _key(self, conversation_id: str) -> str:
        return self._vault.fingerprint(conversation_id, purpose="conversation")


def _place(key: str) -> Place:
    return Place("conversations", "state", (key,))


def store_of(request: Request) -> ConversationStore:
    """The store of this process."""
    return part_of(request, ConversationStore)


Store = Annotated[ConversationStore, Depends(store_of)]


@router.get("/{conversation_id}", summary="What the bot remembers")
async def get_conversation(conversation_id: ConversationKey, store: Store) -> KeptConversation:
    """The state, empty and of version 0 when there is none yet."""
    return await store.get(conversation_id)


@router.put("/{conversation_id}", summary="Let the bot remember")
async def put_conversation(
    conversation_id: ConversationKey, state: ConversationState, store: Store, caller: Caller
) -> KeptConversation:
    """Write the state that follows the version read."""
    return await store.put(conversation_id, state, caller=caller)
