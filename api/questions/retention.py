"""The end of recorded questions."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete

from api.db.engine import Database
from api.questions.tables import QuestionRow


async def forget_questions(database: Database, before: datetime) -> int:
    """Delete questions asked before; how many."""
    async with database.writing() as session:
        result: Any = await session.execute(
            delete(QuestionRow).where(QuestionRow.asked_at < before)
        )
    return int(result.rowcount)
