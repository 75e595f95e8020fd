"""The staff area in headless Chromium, at phone and desktop size."""

import os
import subprocess
from collections.abc import Iterator

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.fakes.browser import SIZES, BrowserPage, open_browser
from tests.fakes.running_server import COMMAND, RunningServer
from tests.fakes.sample_policy import SamplePolicy, plain_lines

PASSWORD = "long enough 演示"
UNANSWERED = {
    "phone": "创业担保贷款要不要装修合同",
    "desktop": "担保贷款的电子签名怎么弄",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("staff")
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
