"""The chat page in headless Chromium, at phone and desktop size.

With ``SCREENSHOTS`` set to a folder, pictures are left there to be looked at.
"""

from collections.abc import Iterator

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.e2e.person import ANSWERS
from tests.fakes.browser import SIZES, BrowserPage, open_browser
from tests.fakes.running_server import RunningServer


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[RunningServer]:
    running = RunningServer(tmp_path_factory.mktemp("web")).start()
    yield running
    running.stop()


class ChatPage(BrowserPage):
    """The chat page."""

    def open(self) -> None:
        self.driver.get(self.url)
        self.wait_for(lambda: self.replies())

    def replies(self) -> list[WebElement]:
        if self.driver.find_elements(By.CSS_SELECTOR, ".chat-waiting"):
            return []
        return self.driver.find_elements(By.CSS_SELECTOR, ".bubble.theirs")

    def say(self, words: str) -> str:
        """Type and send; returns what came back."""
        before = len(self.replies())
        entry = self.driver.find_element(By.CSS_SELECTOR, ".chat-input input")
        entry.send_keys(words, Keys.ENTER)
        return self._what_comes_after(before)

    def press(self, label: str) -> str:
        """Press the newest button whose label begins so; returns what came back."""
        before = len(self.replies())
        begins = f"//button[starts-with(normalize-space(.), '{label}')]"
        buttons = self.driver.find_elements(By.XPATH, begins)
        self.driver.execute_script("arguments[0].click()", buttons[-1])
        return self._what_comes_after(before)

    def _what_comes_after(self, before: int) -> str:
        self.wait_for(lambda: len(self.replies()) > before)
        return "\n".join(reply.text for reply in self.replies()[before:])


@pytest.fixture(params=SIZES)
def page(request, server) -> Iterator[ChatPage]:
    with open_browser(request.param) as driver:
        chat = ChatPage(driver, server.url, request.param)
        chat.open()
        yield chat


def test_an_answer_shows_its_sources_when_unfolded(page):
    answer = page.say("山东个人最多能贷多少")
    page.driver.find_elements(By.CSS_SELECTOR, ".sources .q-item")[-1].click()
    quote = page.wait_for(
        lambda: [q for q in page.driver.find_elements(By.CSS_SELECTOR, ".source-quote") if q.text]
    )

    assert "30万元" in answer
    assert "30万元" in "".join(q.text for q in quote)
    assert page.width_overflow() <= 0
    page.picture("answer")


def test_an_intake_by_buttons_and_words_ends_with_a_receipt(page):
    page.say("我要申请")
    page.press("同意")
    page.say(ANSWERS["region"])
    page.press("返乡")
    page.picture("intake")
    fields = [field for field in ANSWERS if field not in ("consent", "region", "group")]
    phone = "1380000" + ("0010" if page.size == "phone" else "0011")
    id_number = {"phone": "11010519491231002X", "desktop": "440524188001010014"}[page.size]
    own = {**ANSWERS, "phone": phone, "id_number": id_number}
    review = ""
    for field in fields:
        review = page.say(own[field])
    page.picture("review")
    done = page.press("提交")

    assert f"138****{phone[-4:]}" in review
    assert phone not in review
    assert "受理编号：CD" in done
    assert id_number not in page.text()
    assert page.width_overflow() <= 0


def test_a_position_brings_the_nearest_branches(page):
    page.driver.execute_cdp_cmd(
        "Browser.grantPermissions", {"origin": page.url, "permissions": ["geolocation"]}
    )
    page.driver.execute_cdp_cmd(
        "Emulation.setGeolocationOverride",
        {"latitude": 35.4149, "longitude": 116.5873, "accuracy": 10},
    )
    before = len(page.replies())
    page.driver.find_element(By.CSS_SELECTOR, "[aria-label='发送我的位置']").click()
    page.wait_for(lambda: len(page.replies()) > before)
    shown = page.text()

    assert "演示" in shown
    assert "米" in shown or "公里" in shown
    assert page.width_overflow() <= 0
    page.picture("branches")


def test_the_conversation_goes_on_after_the_page_is_loaded_anew(page):
    page.say("我要申请")
    page.press("同意")
    page.say(ANSWERS["region"])
    page.open()
    page.say("继续")

    assert "返乡" in page.text()


def test_markup_in_a_message_stays_text(page):
    page.say("<img src=x onerror=document.title='hacked'> 能贷多少")

    assert page.driver.title != "hacked"
    assert not page.driver.find_elements(By.CSS_SELECTOR, ".bubble img")
