"""Floods and half-sent requests over real sockets, against the real server process."""

import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from tests.e2e.person import ANSWERS, Person
from tests.fakes.browser import BrowserPage, open_browser
from tests.fakes.running_server import RunningServer

HALF_SENT_S = 3.0
SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport="
HEAD = b"POST /v1/answers HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
MOST_GROWTH = 30_000_000
# What is dropped before no more is read, and what lies in the buffers of both ends then.
MOST_TAKEN = 10_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[RunningServer]:
    """Behind a proxy on this machine, which tells addresses."""
    running = RunningServer(
        tmp_path_factory.mktemp("limits"),
        CHUANGDAI_TRUSTED_PROXIES="127.0.0.1",
        CHUANGDAI_HALF_SENT_S=str(HALF_SENT_S),
        CHUANGDAI_RATE_LIMIT_SOCKETS="100/minute",
        CHUANGDAI_CONNECTIONS_PER_CALLER="5",
        CHUANGDAI_CONNECTIONS_IN_ALL="300",
        CHUANGDAI_DRAFTS_PER_CALLER="5/day",
    ).start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def bare_server(tmp_path_factory) -> Iterator[RunningServer]:
    """Open to all, with the limits as they are shipped; this machine is counted too."""
    running = RunningServer(
        tmp_path_factory.mktemp("bare"), CHUANGDAI_RATE_LIMIT_LOOPBACK="true"
    ).start()
    yield running
    running.stop()


def from_address(address: str) -> dict[str, str]:
    return {"X-Forwarded-For": address}


def memory(server: RunningServer) -> int:
    """Bytes that the server's process holds."""
    pages = Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]
    return int(pages) * 4096


def send_all(server: RunningServer, parts: Iterable[bytes]) -> tuple[bytes, float]:
    """Send, unless the server ends it; what it said, and the seconds until it ended."""
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        with suppress(OSError):
            for part in parts:
                connection.sendall(part)
        said = b""
        with suppress(OSError):
            while part := connection.recv(65_536):
                said += part
    return said, time.monotonic() - started


def noted(parts: Iterable[bytes], taken: list[int]) -> Iterator[bytes]:
    """Parts, each noted once it could be sent."""
    for part in parts:
        yield part
        taken.append(len(part))


def dripping(begun: bytes, seconds: float) -> Iterator[bytes]:
    """A byte now and then, as who wants to hold a connection sends it."""
    yield begun
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.2)
        yield b"a"


@pytest.mark.parametrize(
    ("begun", "status"),
    [
        (b"GET /healthz HTTP/1.1\r\nx: ", b" 408 "),
        (HEAD + b"content-length: 5000\r\n\r\n{", b" 408 "),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n1388\r\n{", b" 408 "),
    ],
)
@pytest.mark.parametrize("drips", [False, True])
def test_a_half_sent_request_ends(server, begun, status, drips):
    said, seconds = send_all(server, dripping(begun, seconds=20) if drips else [begun])

    assert status in said.partition(b"\r\n")[0]
    assert "请求没有发完".encode() in said
    assert seconds < HALF_SENT_S + 4


def test_two_hundred_half_sent_requests_keep_nobody_waiting(server):
    with ExitStack() as stack:
        for _ in range(200):
            held = socket.create_connection(("127.0.0.1", server.port), timeout=20)
            stack.enter_context(held)
            held.sendall(b"POST /v1/answers HTTP/1.1\r\nhost: ")
        started = time.monotonic()
        answer = httpx.get(f"{server.url}/v1/forms", timeout=20)
        waited = time.monotonic() - started
        time.sleep(HALF_SENT_S + 3)
        open_sockets = len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))

    assert answer.status_code == 200
    assert waited < HALF_SENT_S + 5
    assert open_sockets < 100


def test_a_slow_line_is_not_cut_off(server):
    body = b'{"form": "personal"' + b" " * 30_000 + b"}"
    head = HEAD.replace(b"answers", b"applications")

    def slowly() -> Iterator[bytes]:
        yield head + b"connection: close\r\ncontent-length: %d\r\n\r\n" % len(body)
        for begin in range(0, len(body), 2500):
            time.sleep(0.5)
            yield body[begin : begin + 2500]

    said, seconds = send_all(server, slowly())

    assert b" 201 " in said.partition(b"\r\n")[0]
    assert seconds > HALF_SENT_S


def test_a_connection_that_became_a_socket_is_not_taken_for_a_half_sent_request(server):
    upgrade = (
        f"GET {SOCKET}websocket HTTP/1.1\r\nhost: x\r\n"
        "connection: upgrade\r\nupgrade: websocket\r\n"
        "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=15) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n")
        connection.recv(65_536)
        time.sleep(0.3)
        connection.sendall(upgrade.encode())
        started, said = time.monotonic(), b""
        while not said.endswith(b"\x81\x012"):  # a text of one character: the server's heartbeat
            part = connection.recv(65_536)
            assert part, said
            said += part

    assert time.monotonic() - started > HALF_SENT_S


@pytest.mark.parametrize(
    ("begun", "part"),
    [
        (b"GET /healthz HTTP/1.1\r\nx: ", b"a" * 1_000_000),
        (b"GET /healthz HTTP/1.1\r\n", b"x: " + b"a" * 997 + b"\r\n"),
        (b"GET /", b"a" * 1_000_000),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\nx: ", b"a" * 1_000_000),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n0\r\n", b"x: " + b"a" * 997 + b"\r\n"),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n1;x=", b"a" * 1_000_000),
    ],
    ids=["one header", "many", "address", "one trailer", "trailers", "chunk extension"],
)
def test_a_hundred_megabytes_of_headers_are_refused_and_not_taken(server, begun, part):
    before, taken = memory(server), []

    said, seconds = send_all(server, noted([begun, *[part * (10**6 // len(part))] * 100], taken))

    assert said.partition(b"\r\n")[0].split(b" ")[1:2] in ([b"431"], [b"400"])
    assert memory(server) - before < MOST_GROWTH
    assert sum(taken) < MOST_TAKEN
    assert seconds < HALF_SENT_S + 4


def test_who_ends_soon_after_too_many_headers_is_heard_out(server):
    taken = []

    said, _ = send_all(server, noted([b"GET / HTTP/1.1\r\nx: ", *[b"a" * 100_000] * 8], taken))

    assert b" 431 " in said.partition(b"\r\n")[0]
    assert sum(taken) > 800_000


@pytest.mark.parametrize(
    "wrapped",
    [
        [HEAD + b"content-length: 100000000\r\n\r\n", *[b" " * 1_000_000] * 100],
        [
            HEAD + b"transfer-encoding: chunked\r\n\r\n",
            *[b"f4240\r\n" + b" " * 10**6 + b"\r\n"] * 100,
        ],
    ],
    ids=["stated", "chunked"],
)
def test_a_body_of_a_hundred_megabytes_is_refused_with_the_limit(server, wrapped):
    said, seconds = send_all(server, wrapped)

    assert b" 413 " in said.partition(b"\r\n")[0]
    assert b"12 MB" in said
    assert seconds < HALF_SENT_S + 4
    assert "incident" not in server.log()


def open_socket(server: RunningServer, address: str):
    url = f"ws://127.0.0.1:{server.port}{SOCKET}websocket"
    return connect(url, additional_headers=from_address(address))


def flooded(connection):
    """How the server ended a connection on which messages come without end."""
    try:
        for _ in range(5000):
            connection.send("3")
        while True:
            connection.recv(timeout=10)
    except ConnectionClosed as closed:
        return closed.rcvd


def test_a_flood_of_socket_messages_is_cut_off_and_others_go_on(server):
    with open_socket(server, "198.51.100.1") as flood, open_socket(server, "198.51.100.2") as other:
        closed = flooded(flood)
        other.send("40")
        answers = [other.recv(timeout=10) for _ in range(2)]

    assert closed.code == 1013
    assert answers[1].startswith("40")


def test_a_flood_by_polling_is_cut_off(server):
    url = f"{server.url}{SOCKET}polling"
    headers = from_address("198.51.100.3")
    with httpx.Client(headers=headers, timeout=20) as client:
        sid = client.get(url).text.partition('"sid":"')[2].partition('"')[0]
        body = "\x1e".join(['42["event",{}]'] * 16)
        answers = [client.post(f"{url}&sid={sid}", content=body) for _ in range(10)]

    assert answers[0].status_code == 200
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) > 0


def test_one_caller_opens_only_so_many_sockets(server):
    with ExitStack() as stack:
        for _ in range(5):
            stack.enter_context(open_socket(server, "198.51.100.4"))
        with pytest.raises(InvalidStatus) as refused:
            stack.enter_context(open_socket(server, "198.51.100.4"))
        stack.enter_context(open_socket(server, "198.51.100.5"))
    time.sleep(0.5)
    with open_socket(server, "198.51.100.4") as again:
        assert again.recv(timeout=10).startswith("0")

    assert refused.value.response.status_code == 429


def test_files_of_the_page_are_free_and_uploads_are_not(server):
    with httpx.Client(headers=from_address("198.51.100.6"), base_url=server.url) as client:
        page = client.get("/").text
        path = "/_nicegui/" + page.partition('"/_nicegui/')[2].partition('"')[0]
        files = {client.get(path).status_code for _ in range(80)}
        uploads = [client.post("/_nicegui/client/x/upload/1").status_code for _ in range(80)]

    assert files == {200}
    assert uploads[-1] == 429


def drafts(server, addresses):
    with httpx.Client(base_url=server.url, timeout=20) as client:
        for address in addresses:
            yield client.post("/v1/applications", json={}, headers=from_address(address))


def test_a_flood_of_drafts_from_one_line_ends(server):
    statuses = [a.status_code for a in drafts(server, [f"2001:db8:1:1::{n}" for n in range(1, 9)])]
    spoofed = [
        a.status_code for a in drafts(server, [f"2001:db8:{n}::1, 2001:db8:1:1::9" for n in "123"])
    ]
    beside = next(drafts(server, ["2001:db8:1:2::1"]))

    assert statuses == [201] * 5 + [429] * 3
    assert spoofed == [429] * 3
    assert beside.status_code == 201


def test_more_connections_than_there_is_room_for_are_told_so(server):
    with ExitStack() as stack:
        held = [
            stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=20))
            for _ in range(310)
        ]
        said = held[-1].recv(65_536)

    assert b" 503 " in said.partition(b"\r\n")[0]
    assert b"retry-after: " in said
    time.sleep(1)
    assert httpx.get(f"{server.url}/healthz", timeout=20).status_code == 200


def test_one_address_opens_only_so_many_connections(bare_server):
    with ExitStack() as stack:
        held = [
            stack.enter_context(
                socket.create_connection(("127.0.0.1", bare_server.port), timeout=20)
            )
            for _ in range(210)
        ]
        said = held[-1].recv(65_536)

    assert b" 429 " in said.partition(b"\r\n")[0]
    time.sleep(1)
    assert httpx.get(f"{bare_server.url}/healthz", timeout=20).status_code == 200


async def test_a_receipt_cannot_be_guessed_through_many_conversations(server):
    async with httpx.AsyncClient(base_url=server.url, timeout=30) as client:
        owner = Person(client)
        await owner.say("我要申请")
        await owner.fill(ANSWERS)
        done = await owner.say("提交")
        receipt = done.partition("受理编号：")[2].split()[0]

        said = [await Person(client).say(f"{receipt} {5000 + n}") for n in range(12)]
        right = await Person(client).say(f"{receipt} 0001")
        own = await owner.say("查进度")
        own_by_number = await owner.say(f"{receipt} 0001")

    assert all("没有找到" in one or "核对" in one for one in said[:10])
    assert "核对不上的次数太多" in said[11]
    assert "核对不上的次数太多" in right
    assert "已提交" in own
    assert "已提交" in own_by_number


def test_a_person_who_types_fast_is_never_cut_off(bare_server):
    with open_browser("desktop") as driver:
        page = BrowserPage(driver, bare_server.url, "desktop")
        driver.get(page.url)
        page.wait_for(lambda: driver.find_elements(By.CSS_SELECTOR, ".bubble.theirs"))
        first = driver.execute_script("return window.socket ? window.socket.id : null")
        for n in range(5):
            entry = driver.find_element(By.CSS_SELECTOR, ".chat-input input")
            entry.send_keys("我在济宁任城区开了一个面馆想问问能贷多少钱利息是多少" * 4)
            entry.send_keys(Keys.ENTER)
            page.wait_for(lambda n=n: len(driver.find_elements(By.CSS_SELECTOR, ".bubble.own")) > n)
        page.wait_for(lambda: len(driver.find_elements(By.CSS_SELECTOR, ".bubble.theirs")) > 5)
        last = driver.execute_script("return window.socket ? window.socket.id : null")

    assert first is not None
    assert first == last


def test_who_says_too_much_on_the_page_is_told_kindly(bare_server):
    """The page shares its caller's count with requests, which use it up here."""
    with (
        open_browser("desktop") as driver,
        httpx.Client(base_url=bare_server.url, timeout=20) as client,
    ):
        page = BrowserPage(driver, bare_server.url, "desktop")
        driver.get(page.url)
        page.wait_for(lambda: driver.find_elements(By.CSS_SELECTOR, ".bubble.theirs"))
        entry = driver.find_element(By.CSS_SELECTOR, ".chat-input input")

        def notice() -> str:
            while client.get("/v1/forms/none").status_code != 429:
                pass
            entry.send_keys("帮助", Keys.ENTER)
            time.sleep(0.5)
            shown = driver.find_elements(By.CSS_SELECTOR, ".q-notification")
            return " ".join(one.text for one in shown)

        told = page.wait_for(notice, seconds=40)

    assert "秒钟后再试" in told


def test_without_a_trusted_proxy_nobody_gets_another_address(bare_server):
    with httpx.Client(base_url=bare_server.url, timeout=20) as client:
        answers = [
            client.get("/v1/forms/none", headers=from_address(f"198.51.100.{n}"))
            for n in range(100)
        ]

    statuses = [answer.status_code for answer in answers]
    assert statuses[-1] == 429
    assert statuses.count(404) < 80
    assert "后再试" in answers[-1].json()["detail"]
