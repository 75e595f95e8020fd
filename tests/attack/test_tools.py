"""What the attacks are made with: it tells what there is, and leaves nothing open."""

import threading
from collections.abc import Iterator
from types import SimpleNamespace

import httpx
import psutil
import pytest
from websockets.sync.server import ServerConnection, serve

from tests.attack import page_client
from tests.attack.limits import has_an_end
from tests.attack.page_client import PageClient, PageClosedError

TAKEN, WAIT = httpx.Response(201), {"Retry-After": "60"}


@pytest.fixture
def silent() -> Iterator[SimpleNamespace]:
    """A server whose page comes, and whose socket opens and then says nothing."""

    def show(connection: ServerConnection, request):
        return connection.respond(200, "'client_id': 'x'") if request.path == "/" else None

    with serve(lambda socket: list(socket), "127.0.0.1", 0, process_request=show) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        port = server.socket.getsockname()[1]
        url = f"http://127.0.0.1:{port}"
        yield SimpleNamespace(
            port=port, url=url, client=lambda address: httpx.Client(base_url=url, trust_env=False)
        )
        server.shutdown()
        thread.join()


def test_a_page_that_never_came_about_leaves_no_socket_open(silent, monkeypatch):
    monkeypatch.setattr(page_client, "WAIT_S", 0.2)

    with pytest.raises(PageClosedError) as refused:
        PageClient(silent)

    open_ones = [
        one
        for one in psutil.Process().net_connections("tcp4")
        if one.raddr and one.raddr.port == silent.port and one.status == "ESTABLISHED"
    ]
    assert (open_ones, str(refused.value)) == ([], "TimeoutError")


@pytest.mark.parametrize(
    ("answers", "is_so"),
    [
        ([TAKEN, httpx.Response(429, headers=WAIT)], True),
        ([TAKEN, httpx.Response(507, headers=WAIT), httpx.Response(422)], True),
        ([httpx.Response(429, headers=WAIT)], True),
        ([TAKEN, TAKEN], False),
        ([TAKEN, httpx.Response(429)], False),
        ([TAKEN, httpx.Response(429, headers=WAIT), httpx.Response(500)], False),
        ([TAKEN, httpx.Response(404)], False),
    ],
)
def test_what_is_left_behind_has_an_end_where_a_limit_says_so(answers, is_so):
    assert has_an_end(answers) is is_so
