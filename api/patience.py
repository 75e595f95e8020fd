"""Notices that who sent a request has gone, so that no work is begun for him."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from knowledge.kit.budget import Budget, current_budget, spending


class PatienceMiddleware:
    """Gives each request of the API a budget that ends when its sender hangs up.

    A request that another one makes in this process ends with that one too.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        budget = Budget(within=current_budget())
        line = _Line(receive, budget)
        if scope["method"] == "GET":  # nobody else reads what has no body
            await line.listen()
        with spending(budget):
            try:
                await self._app(scope, line, send)
            finally:
                line.close()


class _Line:
    """The receiving end of a request: once that was heard whole, listens for its end."""

    def __init__(self, receive: Receive, budget: Budget) -> None:
        self._receive, self._budget = receive, budget
        self._heard: Message | None = None
        self._end: asyncio.Task[Message] | None = None

    async def listen(self) -> None:
        """Hear the first message ahead of who will ask for it."""
        self._heard = await self()

    async def __call__(self) -> Message:
        if self._heard is not None:
            message, self._heard = self._heard, None
            return message
        if self._end is not None:
            return await asyncio.shield(self._end)
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body", False):
            self._end = asyncio.create_task(self._hear_end())
        return message

    async def _hear_end(self) -> Message:
        message = await self._receive()
        self._budget.give_up()
        return message

    def close(self) -> None:
        """Listen no more."""
        if self._end is not None:
            self._end.cancel()
