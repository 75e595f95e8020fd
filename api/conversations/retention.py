"""The end of conversations in which nothing is said any more."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from api.conversations.tables import ConversationRow
from api.db.engine import Database


async def forget_conversations(database: Database, before: datetime) -> int:
    """Delete conversations in which nothing was said since; how many."""
    async with database.writing() as session:
        result: Any = await session.execute(
            delete(ConversationRow).where(ConversationRow.updated_at < before)
        )
    return int(result.rowcount)
