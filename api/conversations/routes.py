"""The bot's memory of conversations: sealed, versioned, for channels only."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from api.auth.access import require_service
from api.auth.secrets import Vault
from api.contract.messages import ConversationState
from api.contract.problem import Problem
from api.conversations.tables import ConversationRow
from api.db.engine import Database
from api.db.retrying import retried
from api.errors import ConversationChangedError

router = APIRouter(
    prefix="/v1/conversations",
    tags=["conversations"],
    dependencies=[Depends(require_service)],
    responses={409: {"model": Problem, "description": "Another write came first"}},
)


class ConversationStore:
    """Keeps one sealed state per conversation."""

    def __init__(self, database: Database, vault: Vault, now: Callable[[], datetime]) -> None:
        self._database, self._vault, self._now = database, vault, now

    async def get(self, conversation_id: str) -> ConversationState:
        """The state, empty and of version 0 when there is none."""
        key = self._key(conversation_id)
        async with self._database.reading() as session:
            row = await session.scalar(select(ConversationRow).where(ConversationRow.key == key))
        if row is None:
            return ConversationState(version=0, state={})
        state: Any = self._vault.open(row.state, purpose=key)
        return ConversationState(version=row.version, state=state)

    @retried
    async def put(self, conversation_id: str, state: ConversationState) -> ConversationState:
        """Keep a state read at ``state.version``.

        Raises:
            ConversationChangedError: another write came first.
        """
        key = self._key(conversation_id)
        values = {
            "version": state.version + 1,
            "state": self._vault.seal(state.state, purpose=key),
            "updated_at": self._now(),
        }
        table = ConversationRow.__table__
        try:
            async with self._database.writing() as session:
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
        return ConversationState(version=state.version + 1, state=state.state)

    def _key(self, conversation_id: str) -> str:
        return self._vault.fingerprint(conversation_id, purpose="conversation")


def store_of(request: Request) -> ConversationStore:
    """The store of this process."""
    store: ConversationStore = request.app.state.conversations
    return store


Store = Annotated[ConversationStore, Depends(store_of)]


@router.get("/{conversation_id}", summary="What the bot remembers")
async def get_conversation(conversation_id: str, store: Store) -> ConversationState:
    """The state, empty and of version 0 when there is none yet."""
    return await store.get(conversation_id)


@router.put("/{conversation_id}", summary="Let the bot remember")
async def put_conversation(
    conversation_id: str, state: ConversationState, store: Store
) -> ConversationState:
    """Write the state that follows the version read."""
    return await store.put(conversation_id, state)
