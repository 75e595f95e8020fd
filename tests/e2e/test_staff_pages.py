"""The staff area in headless Chromium, at phone and desktop size."""

import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from bot.channels.staff.session import SESSION_COOKIE
from tests.fakes.browser import SIZES, BrowserPage, open_browser
from tests.fakes.running_server import COMMAND, RunningServer
from tests.fakes.sample_policy import SamplePolicy, plain_lines

PASSWORD = "long enough 演示"
UNANSWERED = {
    "phone": "担保贷款合同丢了怎么补",
    "desktop": "贷款合同上的章盖歪了要重盖吗",
}


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("staff")


@pytest.fixture(scope="module")
def server(data) -> Iterator[RunningServer]:
    for role in ("clerk", "editor"):
        subprocess.run(
            [COMMAND, "staff", "add", role, "--role", role, "--data-dir", str(data)],
            env={**os.environ, "CHUANGDAI_STAFF_PASSWORD": PASSWORD},
            check=True,
            capture_output=True,
        )
    running = RunningServer(data, CHUANGDAI_VECTORS="false").start()
    yield running
    running.stop()


class StaffPage(BrowserPage):
    """The staff area."""

    def go(self, path: str) -> None:
        self.driver.get(f"{self.url}{path}")

    def fill(self, label: str, words: str) -> None:
        fits = f"input[aria-label^='{label}'], textarea[aria-label^='{label}']"

        def typed() -> bool:
            field = self.driver.find_elements(By.CSS_SELECTOR, fits)[-1:]
            for one in field:
                one.send_keys(Keys.CONTROL, "a")
                one.send_keys(words)
            return bool(field)

        self.wait_for(typed)

    def press(self, label: str) -> None:
        begins = f"//button[starts-with(normalize-space(.), '{label}')]"
        found = self.wait_for(lambda: self.driver.find_elements(By.XPATH, begins))
        self.driver.execute_script("arguments[0].click()", found[-1])

    def see(self, words: str, seconds: float = 20) -> None:
        self.wait_for(lambda: words in self.text(), seconds)

    def log_in(self, login: str, password: str = PASSWORD) -> None:
        self.go("/staff/login")
        self.see("登录")
        self.fill("用户名", login)
        self.fill("密码", password)
        self.press("登录")


@pytest.fixture(params=SIZES)
def page(request, server) -> Iterator[StaffPage]:
    with open_browser(request.param) as driver:
        yield StaffPage(driver, server.url, request.param)


def test_only_who_logs_in_gets_in(page):
    page.go("/staff/faq")
    page.see("登录")
    page.log_in("clerk", "a wrong password")
    page.see("用户名或密码不对")
    page.picture("login")
    page.log_in("clerk")
    page.see("查看答复")

    assert "/staff/login" not in page.driver.current_url
    assert PASSWORD not in page.driver.page_source


@pytest.fixture
def at_work(server) -> Iterator[StaffPage]:
    """A clerk who has logged in, at a desk."""
    with open_browser("desktop") as driver:
        page = StaffPage(driver, server.url, "desktop")
        page.log_in("clerk")
        page.see("查看答复")
        yield page


def session_hashes(data: Path) -> set[str]:
    with closing(sqlite3.connect(data / "chuangdai.db")) as database:
        return {row[0] for row in database.execute("SELECT token_hash FROM staff_sessions")}


def tokens_on_disk(data: Path, hashes: set[str]) -> list[Path]:
    """Files that hold a token which one of the hashes is of."""

    def opens(content: bytes) -> bool:
        runs = re.findall(rb"[A-Za-z0-9_-]{43,}", content)
        words = (run[i : i + 43] for run in runs for i in range(len(run) - 42))
        return any(sha256(word).hexdigest() in hashes for word in words)

    files = (path for path in data.rglob("*") if path.is_file())
    return [path for path in files if opens(path.read_bytes())]


def test_the_token_of_a_session_lies_neither_on_disk_nor_in_reach_of_scripts(at_work, data):
    hashes = session_hashes(data)
    cookie = at_work.driver.get_cookie(SESSION_COOKIE)
    probe = data / "probe.txt"
    probe.write_text(f"x{'t' * 43}x")
    found = tokens_on_disk(data, {sha256(b"t" * 43).hexdigest()})
    probe.unlink()

    assert found == [probe]
    assert hashes
    assert tokens_on_disk(data, hashes) == []
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert SESSION_COOKIE not in at_work.driver.execute_script("return document.cookie")
    assert sha256(cookie["value"].encode()).hexdigest() not in hashes


def test_a_session_is_made_anew_at_login_and_bound_to_the_browser(at_work):
    driver = at_work.driver
    first, agent = cookie_of(at_work), driver.execute_script("return navigator.userAgent")
    at_work.press("退出")
    at_work.see("用户名")
    planted = {"name": SESSION_COOKIE, "value": first, "path": "/staff"}
    driver.add_cookie(planted)
    at_work.go("/staff")
    at_work.see("用户名")  # what was given before the logout opens nothing
    at_work.log_in("clerk")
    at_work.see("查看答复")
    second = cookie_of(at_work)

    assert second != first
    assert "查看答复" in page_for(at_work.url, second, agent)
    assert "查看答复" not in page_for(at_work.url, second, "another browser")
    assert "查看答复" not in page_for(at_work.url, first, agent)


def cookie_of(page: StaffPage) -> str:
    return page.driver.get_cookie(SESSION_COOKIE)["value"]


def page_for(url: str, cookie: str, agent: str) -> str:
    """What the server sends to a browser with that cookie and that name."""
    headers = {"Cookie": f"{SESSION_COOKIE}={cookie}", "User-Agent": agent}
    return httpx.get(f"{url}/staff", headers=headers, timeout=30).text


def test_a_logout_in_one_window_ends_the_others(at_work):
    driver = at_work.driver
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    at_work.go("/staff")
    at_work.see("查看答复")
    at_work.press("退出")
    at_work.see("用户名")
    gone = driver.get_cookie(SESSION_COOKIE)
    driver.switch_to.window(first)
    at_work.fill("问题", "个人最多能贷多少")
    at_work.press("查看答复")
    at_work.see("用户名")

    assert gone is None


def test_a_session_that_nobody_used_leads_to_the_login_page(at_work, data):
    with closing(sqlite3.connect(data / "chuangdai.db", timeout=10)) as database, database:
        database.execute("UPDATE staff_sessions SET used_at = '2026-01-01 00:00:00.000000'")
    at_work.fill("问题", "个人最多能贷多少")
    at_work.press("查看答复")

    at_work.see("用户名")


def test_a_ticket_for_a_session_is_good_for_nothing_else(server):
    refused = httpx.post(f"{server.url}/staff/enter", content="made-up", timeout=30)

    assert refused.status_code == 403
    assert SESSION_COOKIE not in refused.headers.get("set-cookie", "")


def test_the_staff_view_tells_how_a_question_was_read(page):
    page.log_in("clerk")
    page.see("查看答复")
    page.fill("问题", "个人最多能贷多少")
    page.fill("地区", "济宁市")
    page.press("查看答复")
    page.see("怎样理解的")
    shown = page.text()
    page.picture("ask")

    assert "30万元" in shown
    assert "山东省济宁市" in shown
    assert "引用" in shown
    assert page.width_overflow() <= 0


def test_an_unanswered_question_becomes_an_approved_answer(page):
    question = UNANSWERED[page.size]
    httpx.post(f"{page.url}/v1/answers", json={"question": question}, timeout=30)
    page.log_in("editor")
    page.see("查看答复")
    page.wait_for(lambda: (page.go("/staff/questions"), page.see("起草答复"))[1] is None)
    page.picture("questions")
    page.press("起草答复")
    page.fill("答复", "材料没有提到这一项；个人最高30万元[1]（演示答复）。")
    page.fill("依据的条款", "caijin-2023-75#amount-personal")
    page.press("保存草稿")
    page.see("已保存")
    page.see("没有待处理的问题")
    page.go("/staff/faq")
    page.press("批准")
    page.see("已批准")
    page.picture("faq")

    def said() -> bool:
        answer = httpx.post(f"{page.url}/v1/answers", json={"question": question}, timeout=30)
        return "演示答复" in answer.json()["text"]

    assert page.wait_for(said)
    assert page.width_overflow() <= 0


def test_a_file_is_handed_in_and_a_document_withdrawn(page, tmp_path):
    policy = SamplePolicy(number=f"济演发〔2023〕{len(page.size)}号")
    path = tmp_path / f"演示{page.size}.txt"
    path.write_text("\n".join(plain_lines(policy)), "utf-8")
    page.log_in("editor")
    page.see("查看答复")
    page.go("/staff/documents")
    page.see("上传文件")
    page.driver.find_element(By.CSS_SELECTOR, "input[type=file]").send_keys(str(path))
    page.see(f"已完成\n{path.name}", 60)
    page.picture("documents")
    page.go("/staff/documents")
    page.fill("查找", policy.number)
    page.see(policy.title)
    page.press(f"《{policy.title}")
    page.see("入库")
    page.press("撤下")
    page.see("已撤下")

    assert page.width_overflow() <= 0
