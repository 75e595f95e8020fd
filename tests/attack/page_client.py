"""A page as a browser speaks to it: the document, then its websocket (engine.io, socket.io)."""

import html
import json
import re
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.attack.arena import Server

WAIT_S = 10.0


class PageClosedError(Exception):
    """The server has ended the connection, or never let it come about."""


# How our pages have the browser fetch something, and ask whether it went well.
_FETCH = re.compile(r"fetch\('([^']+)', \{method: '(\w+)'(?:, body: '([^']*)')?\}\)")


class PageClient:
    """One open page: its elements as last described, its notices, where it leads.

    Of the scripts that a page runs only those that fetch something are carried out.
    """

    def __init__(self, server: Server, path: str = "/", address: str | None = None) -> None:
        self._server, self._address = server, address
        with server.client(address=address) as client:
            page = client.get(path)
        found = re.search(r"'client_id': '([^']+)'", page.text)
        if found is None:
            raise PageClosedError(f"{path}: {page.status_code}, no page")
        self.client_id = found[1]
        self.elements: dict[str, dict[str, Any]] = _elements_in(page.text)
        self.notices: list[str] = []
        self.led_to: list[str] = []
        self._cookies = page.cookies
        self._socket = self._connect()

    def __enter__(self) -> "PageClient":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def listen(self, seconds: float) -> None:
        """Take in what the server sends for so long.

        Raises:
            PageClosedError: it has ended the connection.
        """
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            try:
                self._take(str(self._socket.recv(timeout=left)))
            except TimeoutError:
                return
            except ConnectionClosed as error:
                raise PageClosedError("closed") from error

    def wait_for(self, is_so: Callable[[], bool], within_s: float) -> bool:
        """Take in what the server sends until something is so, or time is up; whether it is.

        Raises:
            PageClosedError: it has ended the connection.
        """
        end = time.monotonic() + within_s
        while not is_so() and time.monotonic() < end:
            self.listen(0.1)
        return is_so()

    def fire(self, element_id: str, event_type: str, *arguments: Any) -> None:
        """Let an event happen at an element."""
        events = self.elements[element_id]["events"]
        listener = next(e["listener_id"] for e in events if e["type"] == event_type)
        self.emit(
            "event",
            {
                "id": int(element_id),
                "client_id": self.client_id,
                "listener_id": listener,
                "args": [json.dumps(argument) for argument in arguments],
            },
        )

    def emit(self, name: str, body: dict[str, Any]) -> None:
        """Send a message of any name.

        Raises:
            PageClosedError: the connection has ended.
        """
        try:
            self._socket.send("42" + json.dumps([name, body]))
        except ConnectionClosed as error:
            raise PageClosedError("closed") from error

    def find(self, tag: str, **props: str) -> str:
        """The id of the first element of a tag with such properties."""
        for element_id, element in self.elements.items():
            given = element.get("props") or {}
            if element.get("tag") == tag and all(given.get(k) == v for k, v in props.items()):
                return element_id
        raise KeyError(f"no {tag} with {props}")

    def count(self, *classes: str) -> int:
        """How many elements have all these classes."""
        kinds = (set(element.get("class") or []) for element in self.elements.values())
        return sum(set(classes) <= kind for kind in kinds)

    def texts(self) -> str:
        """All words on the page."""
        return "\n".join(str(element.get("text") or "") for element in self.elements.values())

    def _connect(self) -> ClientConnection:
        query = {
            "EIO": "4",
            "transport": "websocket",
            "client_id": self.client_id,
            "next_message_id": "0",
            "implicit_handshake": "true",
            "document_id": str(uuid.uuid4()),
            "tab_id": str(uuid.uuid4()),
            "old_tab_id": "",
        }
        port = self._server.port
        url = f"ws://127.0.0.1:{port}/_nicegui_ws/socket.io/?{urlencode(query)}"
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Cookie": cookies, "Origin": self._server.url}
        try:
            with ExitStack() as undone:
                source = (self._address, 0) if self._address else None
                wire = socket.create_connection(("127.0.0.1", port), WAIT_S, source)
                undone.callback(wire.close)
                opened = connect(
                    url, sock=wire, additional_headers=headers, max_size=None, legacy=True
                )
                undone.callback(opened.close)
                opened.recv(timeout=WAIT_S)
                opened.send("40")
                undone.pop_all()
        except (OSError, WebSocketException, TimeoutError) as error:
            raise PageClosedError(type(error).__name__) from error
        return opened

    def _take(self, message: str) -> None:
        if message == "2":
            self._socket.send("3")
        if not message.startswith("42"):
            return
        name, body = json.loads(message[2:])
        if name == "notify":
            self.notices.append(str(body.get("message")))
        if name == "open":
            self.led_to.append(str(body.get("path")))
        if name == "run_javascript":
            self._run(body)
        if name == "update":
            for element_id, element in body.items():
                if element is None:
                    self.elements.pop(element_id, None)
                elif element_id != "_id":
                    self.elements[element_id] = element

    def _run(self, script: dict[str, Any]) -> None:
        fetched = _FETCH.search(script["code"])
        if fetched is None or "request_id" not in script:
            return
        path, method, content = fetched.groups(default="")
        with self._server.client(address=self._address) as client:
            client.cookies.update(self._cookies)
            result = client.request(method, path, content=content).is_success
            self._cookies = client.cookies
        answer = {"request_id": script["request_id"], "result": result}
        self.emit("javascript_response", {"client_id": self.client_id, **answer})


def _elements_in(page: str) -> dict[str, dict[str, Any]]:
    """The elements that a document brings along."""
    found = re.search(r"parseElements\(String\.raw`(.*?)`\)", page, re.DOTALL)
    elements: dict[str, dict[str, Any]] = json.loads(html.unescape(found[1])) if found else {}
    return elements
