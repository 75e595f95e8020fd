"""An OpenAI-compatible endpoint of our own, over HTTP, that can be told to misbehave."""

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse


def plainer(content: str) -> str:
    """What a good model might write."""
    return content.replace("最多能贷", "最高可以贷").replace("用公司去贷", "以公司名义去贷")


class OpenAIServer:
    """Runs in a thread; ``reply`` turns the lines it was sent into the text it streams.

    ``pause_s`` passes before the first piece and ``pause_between_s`` before each further
    line; ``status`` other than 200 refuses; ``raw`` is sent in place of any stream.
    """

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.reply: Callable[[str], str] = plainer
        self.status = 200
        self.raw: str | None = None
        self.finish: str | None = "stop"
        self.pause_s = self.pause_between_s = 0.0
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        config = uvicorn.Config(
            self._app(), port=self.port, log_config=None, access_log=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def contents(self) -> list[str]:
        """The lines to be rewritten, of each request."""
        return [request["messages"][-1]["content"] for request in self.requests]

    def start(self) -> None:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)

    def stop(self) -> None:
        self._server.force_exit = self._server.should_exit = True
        self._thread.join(10)

    def _app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/chat/completions")
        async def complete(request: Request) -> Response:
            body = await request.json()
            self.requests.append(body)
            self.keys.append(request.headers["authorization"])
            await asyncio.sleep(self.pause_s)
            if self.status != 200:
                error = {"message": body["messages"][-1]["content"], "type": "broken"}
                return JSONResponse({"error": error}, status_code=self.status)
            if self.raw is not None:
                return Response(self.raw, media_type="text/event-stream")
            written = self.reply(body["messages"][-1]["content"])
            return StreamingResponse(self._pieces(written), media_type="text/event-stream")

        return app

    async def _pieces(self, written: str) -> AsyncIterator[str]:
        for number, line in enumerate(written.splitlines(keepends=True)):
            if number:
                await asyncio.sleep(self.pause_between_s)
            # Cut in the middle of a token, as real models do.
            for start in range(0, len(line), 7):
                yield _event({"content": line[start : start + 7]})
        yield _event({}, self.finish)
        yield "data: [DONE]\n\n"


def _event(delta: dict[str, str], finish: str | None = None) -> str:
    chunk = {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "stub",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
    }
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
