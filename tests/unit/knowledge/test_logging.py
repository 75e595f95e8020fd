"""What a line of the log says, and what it never says, whoever wrote it."""

import asyncio
import io
import json
import logging
import sys
import threading
from collections.abc import Callable

import pytest
from pydantic import BaseModel, ValidationError
from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from knowledge.errors import UnknownRegionError
from knowledge.kit.log_floods import MOST_LINES, WITHIN_S, FloodFilter
from knowledge.kit.logging import set_up_logging
from knowledge.kit.redaction import OURS, redact

PHONE, NAME, TOKEN = "13812345678", "孔令强", "Zk3_pQ9vT1xW7bN5mR8sL2dF6hJ4gC0y"
SECRETS = (PHONE, NAME, TOKEN, "7123456789", "hidden")


@pytest.fixture
def lines(monkeypatch) -> Callable[[], list[dict]]:
    """Logging as in a process of its own; what it has written, as objects."""
    root = logging.getLogger()
    kept = root.handlers, root.level, sys.excepthook, threading.excepthook
    levels = {room: logging.getLogger(room).level for room in OURS}
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    set_up_logging("DEBUG")

    def read() -> list[dict]:
        found = [json.loads(line) for line in written.getvalue().splitlines()]
        assert found
        return found

    yield read
    root.handlers, root.level, sys.excepthook, threading.excepthook = kept
    logging.raiseExceptions = True
    for room, level in levels.items():
        logging.getLogger(room).setLevel(level)


def fail_in_database() -> None:
    engine = create_engine("sqlite://", hide_parameters=True)
    with engine.connect() as connection:
        connection.execute(text("SELECT :name FROM nowhere"), {"name": NAME})


def fail_in_validation() -> None:
    class Person(BaseModel):
        age: int

    Person.model_validate({"age": NAME})


def fail_in_a_group() -> None:
    raise ExceptionGroup(NAME, [ValueError(PHONE), KeyError(NAME)])


@pytest.mark.parametrize(
    ("fail", "kind", "place"),
    [
        (fail_in_database, "OperationalError", "do_execute:"),
        (fail_in_validation, "ValidationError", "model_validate:"),
        (fail_in_a_group, "ExceptionGroup(ValueError, KeyError)", "fail_in_a_group:"),
    ],
)
def test_an_error_is_told_by_kind_and_place_without_its_values(lines, fail, kind, place):
    try:
        fail()
    except (SQLAlchemyError, ValidationError, ExceptionGroup) as error:
        logging.getLogger("api.questions").exception("not written")
        logging.getLogger("nicegui").error(error, exc_info=error)
        logging.getLogger("bot.app").warning("failed: %s", error)
    ours, theirs, inline = lines()

    assert ours["error"].startswith(kind)
    assert place in ours["error"]
    assert kind in theirs["event"]
    assert kind in inline["event"]
    assert not any(secret in str(line) for line in (ours, theirs, inline) for secret in SECRETS)


@pytest.mark.parametrize(
    "message",
    [
        f"GET http://in-process/v1/applications/by-receipt?phone_last4=5678&name={NAME}",
        f'"WebSocket /_nicegui_ws/socket.io/?client_id={TOKEN}&hidden=1" [accepted]',
        f"https://api.telegram.org/bot7123456789:AAH{TOKEN}/getMe failed",
        f"Authorization: Bearer {TOKEN}",
        "cannot reach postgresql+psycopg://chuangdai:hidden@db/chuangdai",
        f"no conversation http:web:{TOKEN} nor telegram:7123456789",
        "session 0f8e2c1a-77aa-4b7f-9a52-7123456789ab is gone".replace("7123456789ab", "aa" * 6),
        f"我叫{NAME}，电话{PHONE}",
    ],
)
def test_no_query_token_conversation_or_person_is_told(lines, message):
    logging.getLogger("api.app").warning(message)
    logging.getLogger("uvicorn.error").warning("%s", message)

    for line in lines():
        assert not any(secret in line["event"] for secret in SECRETS)
        assert "0f8e2c1a" not in line["event"]


def test_what_an_operator_needs_stays_readable(lines):
    log = logging.getLogger("ingest.pipeline")
    log.info("serving on http://%s:%s", "127.0.0.1", 8000)
    log.warning("quarantined %s: %s", "jining-cydk-2023-shishixize.pdf", "unreadable")
    log.error("could not: %s", UnknownRegionError("no division 370899"))
    log.error("%d of %(broken", 3)

    assert [line["event"] for line in lines()] == [
        "serving on http://127.0.0.1:8000",
        "quarantined jining-cydk-2023-shishixize.pdf: unreadable",
        "could not: UnknownRegionError: no division 370899",
        "%d of %(broken",
    ]


def test_libraries_speak_from_warnings_on_and_one_line_at_a_time(lines):
    chatty = logging.getLogger("httpx")
    chatty.setLevel(logging.DEBUG)
    chatty.info("HTTP Request: GET http://somewhere/?q=1")
    chatty.warning("failed\nbody: %s", "hidden")
    logging.getLogger("uvicorn.error").error(
        "Traceback (most recent call last):\n  File x\nValueError: %s\n", "hidden"
    )
    chatty.setLevel(logging.NOTSET)

    assert [line["event"] for line in lines()] == ["failed", "Traceback < ValueError"]


def test_a_library_that_never_stops_is_cut_off_and_others_go_on(lines):
    for number in range(5000):
        logging.getLogger("nicegui").error("line %d", number)
    logging.getLogger("asyncio").error("something else")
    logging.getLogger("api.faq").warning("ours")
    told = [line["event"] for line in lines()]

    assert told[: MOST_LINES + 1] == [
        *(f"line {number}" for number in range(MOST_LINES)),
        f"nicegui has said {MOST_LINES} lines; more are left out",
    ]
    assert told[MOST_LINES + 1 :] == ["something else", "ours"]


def test_a_library_cut_off_may_speak_again_a_minute_later():
    now = [0.0]
    flood = FloodFilter(lambda: now[0])
    record = logging.LogRecord("nicegui", logging.ERROR, "", 0, "line", (), None)
    for _ in range(2 * MOST_LINES):
        flood.filter(record)

    now[0] = WITHIN_S - 1
    assert not flood.filter(record)
    now[0] = WITHIN_S
    assert flood.filter(record)


def test_an_error_nobody_caught_is_told_without_its_values(lines):
    async def forget() -> None:
        async def fail() -> None:
            raise ValueError(NAME)

        task = asyncio.create_task(fail())
        await asyncio.sleep(0)
        del task

    def fail() -> None:
        raise ValueError(NAME)

    asyncio.run(forget())
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)
    told = lines()

    assert len(told) == 3
    assert all("ValueError" in line["error"] for line in told)
    assert NAME not in str(told)


@pytest.mark.parametrize("words", ["%E5%AD%94%E4%BB%A4%E5%BC%BA", "孔令强"])
def test_words_in_an_address_that_nobody_serves_are_struck_out(words):
    line = redact(f"http://127.0.0.1:8000/nowhere/{words} not found")

    assert line == "http://127.0.0.1:8000/nowhere/… not found"
