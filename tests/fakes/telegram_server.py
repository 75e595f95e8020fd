"""A Bot API server of our own, over HTTP: what aiogram needs, and a record of all calls."""

import asyncio
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn
from fastapi import FastAPI, Request

TOKEN = "123456:TEST-token-of-the-emulator"
BOT = {"id": 123456, "is_bot": True, "first_name": "创贷助手", "username": "chuangdai_bot"}
PERSON = {"id": 77, "is_bot": False, "first_name": "测试"}


class TelegramServer:
    """Runs in a thread; tests put updates in and look at what was sent."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.updates: list[dict[str, Any]] = []
        self.flood_left = 0
        self._ids = itertools.count(1000)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        config = uvicorn.Config(self._app(), port=self.port, log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)

    def message(self, chat_type: str = "private", **content: Any) -> dict[str, Any]:
        """An update with a message of the person."""
        chat = {"id": PERSON["id"], "type": chat_type, "first_name": "测试"}
        number = next(self._ids)
        body = {"message_id": number, "date": 1, "chat": chat, "from": PERSON, **content}
        return {"update_id": number, "message": body}

    def tap(self, data: str) -> dict[str, Any]:
        """An update with a tap on an inline button."""
        number = next(self._ids)
        return {
            "update_id": number,
            "callback_query": {
                "id": str(number),
                "from": PERSON,
                "chat_instance": "1",
                "data": data,
                "message": self.message(text="x")["message"],
            },
        }

    def button(self, name: str) -> str:
        """The data of the newest inline button sent that ends so."""
        sent = [data for message in self.sent() for data in buttons(message)]
        return next(data for data in reversed(sent) if data.endswith(name))

    def put(self, update: dict[str, Any]) -> None:
        """Let the bot fetch an update."""
        self.updates.append(update)

    def sent(self, method: str = "sendMessage") -> list[dict[str, Any]]:
        """What was sent by a method so far."""
        return [arguments for name, arguments in self.calls if name == method]

    async def wait_for(self, happened: Callable[[], bool], timeout_s: float = 20) -> None:
        """Wait until something has happened."""
        for _ in range(round(timeout_s / 0.03)):
            if happened():
                return
            await asyncio.sleep(0.03)
        raise TimeoutError("it did not happen")

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/bot{token}/{method}")
        async def call(token: str, method: str, request: Request) -> Any:
            if token != TOKEN:
                return _refusal(401, "Unauthorized")
            arguments = dict(await request.form())
            if method == "getUpdates":
                return {"ok": True, "result": await self._fetch(arguments)}
            if method == "sendMessage" and self.flood_left > 0:
                self.flood_left -= 1
                return _refusal(429, "Too Many Requests: retry after 1", retry_after=1)
            if method == "sendMessage" and len(arguments["text"].encode("utf-16-le")) > 8192:
                return _refusal(400, "Bad Request: message is too long")
            self.calls.append((method, arguments))
            return {"ok": True, "result": self._result(method, arguments)}

        return app

    async def _fetch(self, arguments: dict[str, Any]) -> list[dict[str, Any]]:
        offset = int(arguments.get("offset", 0))
        self.updates = [u for u in self.updates if u["update_id"] >= offset]
        for _ in range(int(arguments.get("timeout", 0)) * 10):
            if self.updates:
                break
            await asyncio.sleep(0.1)
        return self.updates

    def _result(self, method: str, arguments: dict[str, Any]) -> Any:
        if method == "getMe":
            return BOT
        if method in ("sendMessage", "sendVenue", "sendLocation", "editMessageText"):
            chat = {"id": int(arguments["chat_id"]), "type": "private"}
            message = {"message_id": next(self._ids), "date": 1, "chat": chat, "from": BOT}
            if method == "sendMessage":
                return {**message, "text": arguments["text"]}
            point = {"latitude": arguments["latitude"], "longitude": arguments["longitude"]}
            venue = {"location": point, "title": "x", "address": "x"}
            return {**message, "location": point, "venue": venue}
        return True


def _refusal(code: int, description: str, **parameters: Any) -> Any:
    from fastapi.responses import JSONResponse

    body: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        body["parameters"] = parameters
    return JSONResponse(body, status_code=code)


def buttons(arguments: dict[str, Any]) -> list[str]:
    """The data of the inline buttons of a sent message."""
    markup = json.loads(arguments.get("reply_markup", "{}"))
    return [b["callback_data"] for row in _rows(markup) for b in row if "callback_data" in b]


def links(arguments: dict[str, Any]) -> list[str]:
    """The addresses that the inline buttons of a sent message open."""
    markup = json.loads(arguments.get("reply_markup", "{}"))
    return [b["url"] for row in _rows(markup) for b in row if "url" in b]


def _rows(markup: dict[str, Any]) -> list[list[dict[str, str]]]:
    rows: list[list[dict[str, str]]] = markup.get("inline_keyboard", [])
    return rows
