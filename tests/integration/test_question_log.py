"""The record of questions: no row stops the others, nothing personal is in it."""

import uuid
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from api.contract.answers import Answer, AnswerStatus, Applicability, Intent, Question
from api.db.engine import Database
from api.db.migrate import migrate
from api.questions import writer
from api.questions.log import QuestionLog
from api.questions.tables import QuestionRow
from knowledge.kit.clock import utc_now

NAME, ID_NUMBER, PHONE = "孔令强", "370811199001011234", "幺三八一二三四五六七八"


def answer(region_code: str | None = None) -> Answer:
    return Answer(
        id=uuid.uuid4().hex,
        status=AnswerStatus.NO_SOURCE,
        intent=Intent.POLICY,
        topic=None,
        text="",
        ask_region=False,
        applicability=Applicability(region=None, region_code=region_code, as_of=date(2026, 11, 30)),
        figures=[],
        citations=[],
        actions=[],
        elapsed_ms=0,
    )


@pytest.fixture
async def database(database_url):
    database = Database(database_url)
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def counted() -> dict[str, int]:
    return {}


@pytest.fixture
def questions(database, counted) -> QuestionLog:
    def count(outcome: str, rows: int) -> None:
        counted[outcome] = counted.get(outcome, 0) + rows

    return QuestionLog(database, utc_now, count)


async def texts(database: Database) -> list[str]:
    async with database.reading() as session:
        return sorted(await session.scalars(select(QuestionRow.text)))


def bytes_below(folder: Path) -> bytes:
    """All that lies there: with SQLite the database and its write-ahead log."""
    return b"".join(path.read_bytes() for path in folder.rglob("*.db*"))


async def test_what_no_database_takes_is_taken_out_of_a_question(questions, database):
    questions.note(Question(question="要不要\x00装修\x85合同"), answer())
    await questions.write()

    assert await texts(database) == ["要不要装修合同"]


async def test_a_row_that_is_refused_is_set_aside_and_the_others_are_kept(
    questions, database, counted, caplog
):
    for number in range(40):
        poison = "\ud800" if number in (7, 23) else "370800"
        questions.note(Question(question=f"第{number}个问题"), answer(poison))
    await questions.write()
    await questions.write()

    assert len(await texts(database)) == 38
    assert counted == {"written": 38, "set_aside": 2}
    assert "UnicodeEncodeError" in caplog.text
    assert "第7个问题" not in caplog.text


async def test_questions_wait_while_the_database_is_away(
    questions, database, counted, monkeypatch, caplog
):
    async with database.writing() as session:
        await session.execute(text("ALTER TABLE questions RENAME TO elsewhere"))
    monkeypatch.setattr(writer, "AWAY", (Exception,))  # what each driver calls it differs
    monkeypatch.setattr(writer, "MOST_WAITING", 3)
    for number in range(5):
        questions.note(Question(question=f"第{number}个问题"), answer())
    await questions.write()
    async with database.writing() as session:
        await session.execute(text("ALTER TABLE elsewhere RENAME TO questions"))
    await questions.write()

    assert await texts(database) == ["第2个问题", "第3个问题", "第4个问题"]
    assert counted == {"dropped": 2, "written": 3}
    assert "the database is away" in caplog.text


async def test_a_row_is_not_tried_for_ever(questions, database, counted, monkeypatch):
    async with database.writing() as session:
        await session.execute(text("ALTER TABLE questions RENAME TO elsewhere"))
    monkeypatch.setattr(writer, "AWAY", (Exception,))
    questions.note(Question(question="要不要装修合同"), answer())
    for _ in range(writer.MOST_TRIES):
        await questions.write()

    assert counted == {"set_aside": 1}


async def test_nothing_personal_reaches_the_record(questions, database, tmp_path: Path):
    said = f"我叫{NAME}，身份证{ID_NUMBER}，电话{PHONE}，家住济宁市任城区李营街道后铺村，能贷多少"
    questions.note(Question(question=said), answer())
    await questions.write()
    kept = (await texts(database))[0]
    files = bytes_below(tmp_path)

    assert "济宁市任城区" in kept
    assert kept.endswith("能贷多少")
    for secret in (NAME, ID_NUMBER, PHONE, "后铺村"):
        assert secret not in kept
        assert secret.encode() not in files
