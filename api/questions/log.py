"""Records questions, masked, and keeps those that staff should look at."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select, update

from api.contract.answers import Answer, AnswerStatus, Question, TraceNote
from api.contract.staff import QuestionGroup
from api.db.engine import Database
from api.db.retrying import retried
from api.errors import QuestionNotFoundError
from api.questions.tables import QuestionRow
from api.questions.writer import BatchWriter, Count
from api.work import WorkPool
from knowledge.kit.privacy import mask_personal_data
from knowledge.understanding.likeness import group_alike

MOST_OPEN = 2000
UNANSWERED = (AnswerStatus.NO_SOURCE, AnswerStatus.PARTLY_ANSWERED, AnswerStatus.FAILED)


class QuestionLog:
    """The questions of this installation; written in batches, so that answers do not wait."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        work: WorkPool,
        count: Count = lambda outcome, rows: None,
    ) -> None:
        """``count`` is told how many questions were written, set aside or dropped."""
        self._database, self._now, self._work = database, now, work
        self._writer = BatchWriter(database, count)

    def note(self, question: Question, answer: Answer) -> None:
        """Remember a question for the next batch."""
        self._writer.add(
            {
                "id": answer.id,
                "text": mask_personal_data(question.question),
                "region": answer.applicability.region_code,
                "status": answer.status.value,
                "intent": answer.intent.value,
                "is_helpful": None,
                "is_open": answer.status in UNANSWERED,
                "trace": [note.model_dump() for note in answer.trace],
                "asked_at": self._now(),
            }
        )

    async def write(self) -> None:
        """Write what waits, unless the database is away."""
        await self._writer.write()

    async def keep_writing(self) -> None:
        """Write in batches until cancelled, and once more then."""
        await self._writer.keep_writing()

    async def rate(self, question_id: str, *, is_helpful: bool) -> None:
        """Keep whether an answer helped; one that did not is for staff to look at.

        Raises:
            QuestionNotFoundError: no such answer was given, or too long ago.
        """
        if self._writer.is_busy:
            await self.write()
        values: dict[str, bool] = {"is_helpful": is_helpful}
        if not is_helpful:
            values["is_open"] = True
        await self._change(question_id, values)

    async def dismiss(self, question_id: str) -> None:
        """Close the whole group of a question.

        Raises:
            QuestionNotFoundError: it is not open.
        """
        groups = await self._grouped()
        group = next((g for g in groups if any(row.id == question_id for row in g)), None)
        if group is None:
            raise QuestionNotFoundError("not open")
        await self._close([row.id for row in group])

    async def close_answered(self, is_answered: Callable[[str, str | None], bool]) -> None:
        """Close open questions that have an answer by now; ``is_answered`` takes text and region.

        One whose answer was said not to help stays: staff should see it.
        """
        await self.write()
        waiting = [row for row in await self._open() if row.is_helpful is not False]
        answered = [
            row.id
            for row in waiting
            if await self._work.run_behind(partial(is_answered, row.text, row.region))
        ]
        await self._close(answered)

    async def groups(self) -> list[QuestionGroup]:
        """Open questions that ask the same in the same region, most often asked first."""
        return [_view(group) for group in await self._grouped()]

    async def _grouped(self) -> list[list[QuestionRow]]:
        rows = await self._open()
        return await self._work.run(lambda: _groups(rows), size=sum(len(row.text) for row in rows))

    @retried
    async def _close(self, ids: Sequence[str]) -> None:
        async with self._database.writing() as session:
            query = update(QuestionRow).where(QuestionRow.id.in_(ids)).values(is_open=False)
            await session.execute(query)

    async def _open(self) -> Sequence[QuestionRow]:
        query = (
            select(QuestionRow)
            .where(QuestionRow.is_open)
            .order_by(QuestionRow.asked_at.desc())
            .limit(MOST_OPEN)
        )
        async with self._database.reading() as session:
            return (await session.scalars(query)).all()

    @retried
    async def _change(self, question_id: str, values: dict[str, bool]) -> None:
        async with self._database.writing() as session:
            query = update(QuestionRow).where(QuestionRow.id == question_id).values(**values)
            result: Any = await session.execute(query)
        if result.rowcount == 0:
            raise QuestionNotFoundError("no such question")


def _groups(rows: Sequence[QuestionRow]) -> list[list[QuestionRow]]:
    by_region: dict[str | None, list[QuestionRow]] = {}
    for row in rows:
        by_region.setdefault(row.region, []).append(row)
    groups = [
        [same[position] for position in positions]
        for same in by_region.values()
        for positions in group_alike([row.text for row in same])
    ]
    return sorted(groups, key=len, reverse=True)


def _view(group: Sequence[QuestionRow]) -> QuestionGroup:
    texts = list(dict.fromkeys(row.text for row in group))
    return QuestionGroup(
        id=group[0].id,
        question=texts[0],
        region=group[0].region,
        count=len(group),
        unanswered=sum(row.status in UNANSWERED for row in group),
        unhelpful=sum(row.is_helpful is False for row in group),
        last_asked=max(row.asked_at for row in group),
        variants=texts[1:11],
        trace=[TraceNote.model_validate(note) for note in group[0].trace or ()],
    )
