"""`chuangdai staff …` as an administrator uses it."""

import asyncio

import pytest
from typer.testing import CliRunner

from api.contract.staff import Login, StaffSession
from api.db.engine import Database
from api.errors import LoginRefusedError, NotAuthenticatedError
from api.staff.hashing import PasswordHashes
from api.staff.logins import StaffLogins
from bot.cli import app
from knowledge.kit.clock import utc_now

PASSWORD, OTHER = "演示的一句够长的话不难记", "演示的另一句够长的话也好记"


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setattr("api.commands.base.set_up_logging", lambda level: None)
    monkeypatch.setenv("CHUANGDAI_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "160")
    runner = CliRunner()

    def invoke(*words: str, password: str | None = None):
        environment = {"CHUANGDAI_STAFF_PASSWORD": password}
        return runner.invoke(app, ["staff", *words], env=environment)

    return invoke


@pytest.fixture
def use(tmp_path):
    """Does something with the logins, as a running server would."""

    def call(work):
        async def inside():
            database = Database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'chuangdai.db'}")
            try:
                return await work(StaffLogins(database, utc_now, PasswordHashes()))
            finally:
                await database.close()

        return asyncio.run(inside())

    return call


def log_in(use, login: str, password: str) -> StaffSession:
    return use(lambda logins: logins.log_in(Login(login=login, password=password), "here"))


def test_accounts_are_added_and_listed_with_their_last_login(run, use):
    added = run("add", "zhang", "--role", "editor", "--name", "演示编审", password=PASSWORD)
    run("add", "li", "--role", "clerk", password=PASSWORD)
    log_in(use, "zhang", PASSWORD)
    for _ in range(5):
        with pytest.raises(LoginRefusedError):
            log_in(use, "li", OTHER)
    lines = run("list").output.splitlines()
    zhang = next(line for line in lines if "zhang" in line)
    li = next(line for line in lines if "li " in line)

    assert added.exit_code == 0
    assert "editor" in zhang
    assert "演示编审" in zhang
    assert "从未登录" not in zhang
    assert "从未登录" in li
    assert "连续输错密码" in li  # a narrow terminal folds what follows


def test_a_reset_ends_sessions_and_takes_the_new_password_at_once(run, use):
    run("add", "zhang", "--role", "clerk", password=PASSWORD)
    session = log_in(use, "zhang", PASSWORD)
    for _ in range(5):
        with pytest.raises(LoginRefusedError):
            log_in(use, "zhang", OTHER)
    reset = run("reset", "zhang", password=OTHER)

    assert reset.exit_code == 0
    with pytest.raises(NotAuthenticatedError):
        use(lambda logins: logins.who(session.token))
    assert log_in(use, "zhang", OTHER).staff.login == "zhang"


def test_a_removed_account_is_listed_as_such_and_opens_nothing(run, use):
    run("add", "zhang", "--role", "clerk", password=PASSWORD)
    session = log_in(use, "zhang", PASSWORD)
    removed = run("remove", "zhang")

    assert removed.exit_code == 0
    with pytest.raises(NotAuthenticatedError):
        use(lambda logins: logins.who(session.token))
    with pytest.raises(LoginRefusedError):
        log_in(use, "zhang", PASSWORD)
    assert "已停用" in run("list").output


@pytest.mark.parametrize(
    ("words", "password", "code"),
    [
        (("add", "zhang", "--role", "clerk"), "woaini1314520", "weak_password"),
        (("add", "zhang", "--role", "clerk"), "zu kurz", "weak_password"),
        (("reset", "nobody"), PASSWORD, "staff_not_found"),
        (("remove", "nobody"), None, "staff_not_found"),
    ],
)
def test_what_cannot_be_done_is_refused(run, words, password, code):
    refused = run(*words, password=password)

    assert refused.exit_code == 1
    assert refused.exception.code == code


def test_a_password_is_asked_for_twice_and_not_shown(run, monkeypatch, tmp_path):
    runner = CliRunner()
    monkeypatch.delenv("CHUANGDAI_STAFF_PASSWORD", raising=False)
    words = ["staff", "add", "zhang", "--role", "clerk"]
    asked = runner.invoke(app, words, input=f"{PASSWORD}\n{PASSWORD}\n")

    assert asked.exit_code == 0
    assert PASSWORD not in asked.output
