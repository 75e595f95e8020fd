"""The server as a process: killed in the middle, and talked to in a terminal."""

import subprocess

import httpx
import pytest

from tests.e2e.person import ANSWERS, Person
from tests.fakes.running_server import COMMAND, RunningServer


@pytest.fixture
def server(tmp_path):
    running = RunningServer(tmp_path / "data").start()
    yield running
    running.stop()


async def test_an_intake_goes_on_after_the_server_was_killed(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        person = Person(client)
        await person.say("我要申请")
        while person.field != "amount_yuan":
            await person.say(ANSWERS[person.field])

        server.kill()
        server.start()
        await person.say(ANSWERS["amount_yuan"])
        asked_next = person.field
        review = await person.fill(ANSWERS)
        done = await person.say("提交")

    assert asked_next == "term_months"
    assert "演示面馆" in review
    assert "受理编号：CD" in done


async def test_a_receipt_given_is_there_after_the_server_was_killed(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        person = Person(client)
        await person.say("我要申请")
        await person.fill(ANSWERS)
        done = await person.say("提交")

        server.kill()
        server.start()
        status = await person.say("查进度")

    assert "受理编号：CD" in done
    assert "已提交" in status


def test_the_terminal_answers_fills_in_the_form_and_remembers_it(tmp_path):
    first = _talk(tmp_path, ["山东个人最多能贷多少", "我要申请", "#1", "济宁市任城区"])
    second = _talk(tmp_path, ["继续", "返乡农民工"])

    assert "30万元" in first
    assert "《" in first
    assert "哪一类" in first or "人群" in first
    assert "个体" in second


def _talk(data_dir, lines: list[str]) -> str:
    done = subprocess.run(
        [COMMAND, "chat", "--data-dir", str(data_dir)],
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=90,
        check=True,
    )
    return done.stdout
