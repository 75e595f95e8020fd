"""Headless Chromium, at phone and desktop size."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By

SIZES = {"phone": (360, 740), "desktop": (1280, 800)}
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=zh-CN",
)


@contextmanager
def open_browser(size: str) -> Iterator[webdriver.Chrome]:
    """A browser window of that size; what it was forbidden to load or run fails the test."""
    options = webdriver.ChromeOptions()
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    options.binary_location = shutil.which("chromium") or ""
    for flag in FLAGS:
        options.add_argument(flag)
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
    )
    width, height = SIZES[size]
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1}
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {**metrics, "mobile": size == "phone"}
    )
    try:
        yield driver
        said = [entry["message"] for entry in driver.get_log("browser")]
        forbidden = [line for line in said if "Content Security Policy" in line]
        assert not forbidden, "\n".join(forbidden)
    finally:
        driver.quit()


class BrowserPage:
    """A page as a person uses it: by what is to be seen on it."""

    def __init__(self, driver: webdriver.Chrome, url: str, size: str) -> None:
        self.driver, self.url, self.size = driver, url, size

    def text(self) -> str:
        return self.driver.find_element(By.TAG_NAME, "body").text

    def wait_for(self, condition, seconds: float = 60):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            # An element may be drawn anew between being found and being used.
            with suppress(StaleElementReferenceException):
                if found := condition():
                    return found
            time.sleep(0.05)
        raise AssertionError(f"not seen: {self.text()[-600:]}")

    def width_overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(
            self.driver.execute_script(
                "return document.documentElement.scrollWidth - window.innerWidth"
            )
        )

    def picture(self, name: str) -> None:
        """Leave a picture in the folder ``SCREENSHOTS`` where that is set."""
        if folder := os.environ.get("SCREENSHOTS"):
            time.sleep(0.6)  # let the smooth scrolling come to rest
            Path(folder).mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(f"{folder}/{name}-{self.size}.png")
