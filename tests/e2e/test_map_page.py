"""The map page in headless Chromium, at phone and desktop size.

With ``SCREENSHOTS`` set to a folder, pictures are left there to be looked at.
"""

import subprocess
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from tests.fakes.browser import SIZES, BrowserPage, open_browser
from tests.fakes.running_server import COMMAND, RunningServer

SHOPS = """\
id,bank,name,address,region,lat,lon,crs,phone,hours,services,state,moved_to,data_date,source
a,甲银行,甲银行东门支行,任城区科苑路1号,370811,35.41,116.59,wgs84,0537-1234567,24/7,个人,open,,2026-11-01,演示清单
b,乙银行,乙银行西门支行,建设路2号,370811,35.42,116.60,wgs84,,00:00-00:01,企业,open,,2020-01-01,清单
c,乙银行,乙银行旧支行,任城区旧街3号,370811,35.43,116.61,wgs84,,,个人,moved,a,2026-11-01,演示清单
d,乙银行,乙银行停办支行,任城区老街4号,370811,35.44,116.62,wgs84,,,个人,closed,,2026-11-01,演示清单
e,丙银行,丙银行无坐标支行,任城区新街5号,370811,,,,,,个人,open,,2026-11-01,演示清单
"""
WHERE_IS_CHOSEN = """
const element = document.querySelector('.emap-map');
let where = null;
getElement(element.id.slice(1)).map.eachLayer(layer => {
  if (layer.options.icon?.options.className === 'emap-chosen') where = layer.getLatLng();
});
return [where.lat, where.lng];
"""
HERE = {"latitude": 35.4149, "longitude": 116.5873, "accuracy": 10}


class MapPage(BrowserPage):
    """The map page."""

    def open(self, query: str = "") -> None:
        self.driver.get(f"{self.url}/map{query}")
        self.wait_for(lambda: self.status())

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def status(self) -> str:
        return "".join(self.texts(".emap-status"))

    def listed(self) -> list[str]:
        return self.texts(".emap-item-name")

    def texts(self, selector: str) -> list[str]:
        """All at one instant: the page may be drawn anew at any time."""
        script = "return [...document.querySelectorAll(arguments[0])].map(e => e.innerText.trim())"
        return self.driver.execute_script(script, selector)

    def card(self) -> str:
        return "".join(self.texts(".emap-card"))

    def press(self, words: str, within: str = "body") -> None:
        """Press what reads so; scrolled to, as a person would."""
        path = f".//*[self::button or self::a][contains(normalize-space(.), '{words}')]"
        target = self.wait_for(
            lambda: self.driver.find_element(By.CSS_SELECTOR, within).find_elements(By.XPATH, path)
        )[0]
        self.driver.execute_script("arguments[0].click()", target)

    def type(self, words: str) -> None:
        entry = self.driver.find_element(By.CSS_SELECTOR, ".emap-entry input")
        entry.send_keys(Keys.CONTROL, "a")
        entry.send_keys(words)

    def address(self) -> str:
        parts = urlsplit(self.driver.current_url)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path

    def strangers(self) -> list[str]:
        """Hosts that the page asked for anything, but for the server itself."""
        names = self.driver.execute_script(
            "return performance.getEntriesByType('resource').map(entry => entry.name)"
        )
        hosts = {urlsplit(name).netloc for name in names if name.startswith("http")}
        return sorted(hosts - {urlsplit(self.url).netloc})


@pytest.fixture(scope="module")
def samples(tmp_path_factory) -> Iterator[RunningServer]:
    """As it is after a first start: sample branches only."""
    running = RunningServer(tmp_path_factory.mktemp("samples")).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Iterator[RunningServer]:
    """With a list of an office, whose branches have phones and states."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "list.csv").write_text(SHOPS, "utf-8")
    imported = [COMMAND, "branches", "import", str(folder / "list.csv"), "--data-dir", str(folder)]
    subprocess.run(imported, check=True, capture_output=True)
    running = RunningServer(folder).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def nobody(tmp_path_factory) -> Iterator[RunningServer]:
    """With an empty registry."""
    folder = tmp_path_factory.mktemp("nobody")
    running = RunningServer(folder, CHUANGDAI_LOAD_SAMPLE_BRANCHES="false").start()
    yield running
    running.stop()


@pytest.fixture(scope="module", params=SIZES)
def browser(request) -> Iterator[tuple]:
    with open_browser(request.param) as driver:
        yield driver, request.param


@pytest.fixture
def page(browser, samples) -> MapPage:
    return MapPage(browser[0], samples.url, browser[1])


@pytest.fixture
def office_page(browser, office) -> MapPage:
    return MapPage(browser[0], office.url, browser[1])


def test_all_branches_are_in_sight_at_first_and_nobody_else_is_asked(page):
    page.open()
    page.wait_for(lambda: "有22个网点" in page.status())
    page.wait_for(lambda: page.all(".emap-cluster, .emap-pin"))

    assert sum(int(mark or 1) for mark in page.texts(".emap-cluster, .emap-pin")) == 22
    assert len(page.listed()) == 22
    assert "不是真实网点" in page.text()
    assert page.all(".emap-name")
    assert page.strangers() == []
    assert page.width_overflow() <= 0
    page.picture("map-start")


def test_words_bring_branches_and_places_while_one_types(page):
    page.open()
    page.type("嘉祥")
    page.wait_for(lambda: len(page.all(".emap-suggestion")) == 3)
    page.picture("map-typing")
    page.press("在“山东省济宁市嘉祥县”附近找")

    page.wait_for(lambda: "离山东省济宁市嘉祥县最近的" in page.status())
    page.wait_for(lambda: page.listed()[0] == "演示银行嘉祥支行（演示）")
    assert "只是大概" in page.text()
    assert page.all(".emap-here")
    assert not page.all(".emap-suggestion")
    page.picture("map-place")


def test_an_ambiguous_place_offers_what_it_may_mean(page):
    page.open()
    page.type("鼓楼区" + Keys.ENTER)
    page.wait_for(lambda: "您说的是哪一个" in page.status())
    page.press("江苏省徐州市鼓楼区", ".emap-notes")
    page.wait_for(lambda: "离江苏省徐州市鼓楼区最近" in page.status())

    page.press("改看地图范围内的网点")
    page.wait_for(lambda: "地图范围内" in page.status())


@pytest.mark.parametrize(
    ("words", "told"), [("东京", "不在中国境内"), ("啊啊啊啊", "没有认出"), ("太原", "太原市最近")]
)
def test_what_cannot_be_placed_is_said_kindly(page, words, told):
    page.open()
    page.type(words + Keys.ENTER)

    page.wait_for(lambda: told in page.status())


def test_a_position_orders_the_list_by_distance_and_stays_out_of_the_address(page):
    origin = {"origin": page.url, "permissions": ["geolocation"]}
    page.driver.execute_cdp_cmd("Browser.grantPermissions", origin)
    page.driver.execute_cdp_cmd("Emulation.setGeolocationOverride", HERE)
    page.open()
    page.press("用我的位置")
    page.wait_for(lambda: "离您最近的" in page.status())

    distances = page.texts(".emap-item-distance")
    assert distances[0].endswith("公里")
    assert [float(d[:-2]) for d in distances] == sorted(float(d[:-2]) for d in distances)
    assert page.all(".emap-here")
    assert page.address() == "/map"
    assert page.width_overflow() <= 0
    page.picture("map-position")


def test_a_position_in_a_link_is_used_and_taken_out_of_the_address(page):
    page.open("?lat=35.4149&lon=116.5873&crs=gcj02")
    page.wait_for(lambda: "离链接里的位置最近的" in page.status())

    assert page.address() == "/map"


def test_a_refused_position_is_answered_with_another_way(page):
    page.driver.execute_cdp_cmd(
        "Browser.setPermission",
        {"permission": {"name": "geolocation"}, "setting": "denied", "origin": page.url},
    )
    page.open()
    page.press("用我的位置")

    page.wait_for(lambda: "没有拿到位置" in page.text())


def test_filters_narrow_map_and_list_together(office_page):
    page = office_page
    page.open()
    page.wait_for(lambda: page.listed() == ["乙银行西门支行", "甲银行东门支行"])
    page.press("小微企业", ".emap-kinds")
    page.wait_for(lambda: page.listed() == ["乙银行西门支行"])
    page.wait_for(lambda: len(page.all(".emap-pin")) == 1)
    page.all(".emap-filters .q-checkbox")[0].click()
    page.wait_for(lambda: "按现在的筛选" in page.status())
    page.press("取消筛选")

    page.wait_for(lambda: len(page.listed()) == 2)


def test_the_card_says_what_is_known_and_what_is_not(office_page):
    page = office_page
    page.open("?branch=a")
    page.wait_for(lambda: "甲银行东门支行" in page.card())

    assert "现在营业" in page.card()
    assert "今天：全天" in page.card()
    assert page.all(".emap-card a[href='tel:0537-1234567']")
    assert "资料日期：2026-11-01　来源：演示清单" in page.card()
    ways = [link.get_attribute("href") for link in page.all(".emap-directions a")]
    assert len(ways) == 4
    assert any("uri.amap.com" in way for way in ways)
    assert page.all(".emap-chosen")
    assert page.width_overflow() <= 0
    page.picture("map-card")

    page.open("?branch=b")
    page.wait_for(lambda: "乙银行西门支行" in page.card())
    assert "电话：没有登记" in page.card()
    assert "资料是2020-01-01的，可能已经变了" in page.card()


def test_who_looks_for_a_branch_that_is_gone_learns_where_to_go(office_page):
    page = office_page
    page.open()
    page.type("旧支行")
    page.press("乙银行旧支行", ".emap-suggestions")
    page.wait_for(lambda: "已经搬走" in page.card())
    assert not page.all(".emap-directions")
    assert page.address() == "/map?branch=c"
    page.press("看新网点")
    page.wait_for(lambda: "甲银行东门支行" in page.card())

    page.open("?branch=d")
    page.wait_for(lambda: "已经停办" in page.card())
    page.open("?branch=e")
    page.wait_for(lambda: "地图上标不出来" in page.card())
    page.open("?branch=nothing")
    page.wait_for(lambda: "没有" in page.text())


def test_everything_can_be_done_with_keys(office_page):
    page = office_page
    page.open()
    page.wait_for(lambda: len(page.listed()) == 2)
    page.driver.execute_script("document.activeElement.blur()")
    reached: list[str] = []
    item = None
    for _ in range(30):
        page.driver.switch_to.active_element.send_keys(Keys.TAB)
        active = page.driver.switch_to.active_element
        reached.append(f"{active.get_attribute('class')} {active.get_attribute('aria-label')}")
        if "emap-item" in (active.get_attribute("class") or ""):
            item = active
            break

    assert item is not None, reached
    assert sum("emap-map" in name for name in reached) == 1
    assert not any("emap-pin" in name for name in reached)
    item.send_keys(Keys.ENTER)
    page.wait_for(lambda: "乙银行西门支行" in page.card())
    focused = page.driver.switch_to.active_element
    assert "emap-card-title" in focused.get_attribute("class")


def test_the_map_is_drawn_anew_as_it_moves(page):
    page.open()
    page.wait_for(lambda: page.all(".emap-cluster"))
    before = page.status()
    zoom_in = page.all(".leaflet-control-zoom-in")[0]
    for _ in range(3):
        page.driver.execute_script("arguments[0].click()", zoom_in)
        page.driver.execute_script("return new Promise(done => setTimeout(done, 400))")

    page.wait_for(lambda: page.status() != before)


def test_the_printed_page_holds_list_and_card_but_no_controls(office_page):
    page = office_page
    page.open("?branch=a")
    page.wait_for(lambda: page.card())
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    page.picture("map-print")
    seen = page.text()
    is_shown = {
        name: page.all(name)[0].is_displayed() for name in (".emap-map", ".emap-ask", ".emap-card")
    }
    page.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})

    assert is_shown == {".emap-map": False, ".emap-ask": False, ".emap-card": True}
    assert "甲银行东门支行" in seen
    assert "以网点为准" in seen


def test_an_empty_registry_sends_people_to_who_knows(browser, nobody):
    page = MapPage(browser[0], nobody.url, browser[1])
    page.open()
    page.wait_for(lambda: "还没有登记任何网点" in page.status())

    assert "12333" in page.status()
    page.picture("map-empty")


def test_markers_stand_where_tiles_in_another_system_have_them(browser, tmp_path):
    settings = {"URL": "/tiles/{z}/{x}/{y}.png", "CRS": "gcj02", "ATTRIBUTION": "演示瓦片"}
    tiles = {f"CHUANGDAI_TILES_{name}": value for name, value in settings.items()}
    running = RunningServer(tmp_path, **tiles).start()
    try:
        page = MapPage(browser[0], running.url, browser[1])
        page.open("?branch=demo-001")
        page.wait_for(lambda: page.all(".emap-chosen"))
        shown = page.driver.execute_script(WHERE_IS_CHOSEN)
        names, page_text = page.all(".emap-name"), page.text()
    finally:
        running.stop()

    # As the list has it, which is in GCJ-02 for this branch.
    assert shown == pytest.approx([35.436953, 116.592134], abs=2e-6)
    assert "演示瓦片" in page_text
    assert names == []


def test_towns_without_a_branch_nearby_are_listed_and_ringed(page):
    page.open("?coverage=济宁市&within=5")
    page.wait_for(lambda: page.texts(".emap-gaps"))
    rings = page.wait_for(lambda: page.all(".emap-gap"))
    page.picture("map-gaps")

    told = "".join(page.texts(".emap-gaps"))
    assert "山东省济宁市：附近没有网点的地方" in told
    assert "最近的：演示" in told
    assert len(rings) == len(page.all(".emap-gaps .emap-item"))
    assert page.width_overflow() <= 0


@pytest.mark.parametrize("query", ["?coverage=济宁市&within=abc", "?coverage=亚特兰蒂斯"])
def test_a_link_to_gaps_that_cannot_be_read_is_told(page, query):
    page.open(query)

    assert page.wait_for(lambda: page.texts(".q-notification__message"))


@pytest.mark.parametrize("branch", ["..%2F..%2Fstaff", "a%3Fb%23c", "%0A", "nobody"])
def test_a_link_to_what_is_no_branch_is_told(page, branch):
    page.open(f"?branch={branch}")

    assert page.wait_for(lambda: page.texts(".q-notification__message"))
    assert page.listed()
