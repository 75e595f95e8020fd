"""A request's body, taken up to a size whether its length was stated or not."""

from collections.abc import Callable

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from api.error_handlers import problem
from api.texts import size_text

_MOST_DIGITS = 15


class Body:
    """Stands between the server and the application.

    Once there is a ``refusal`` the application sees its client gone, and what it would
    still say is dropped: the refusal is the answer.
    """

    def __init__(
        self, receive: Receive, send: Send, *, most: int, weigh: Callable[[bytes], float]
    ) -> None:
        self._receive, self._send, self._most, self._weigh = receive, send, most, weigh
        self._taken = 0
        self.refusal: Response | None = None
        self.has_answer = False

    def states_too_much(self, scope: Scope) -> bool:
        """Whether the stated length alone is too much."""
        length = dict(scope["headers"]).get(b"content-length", b"0")
        return not length.isdigit() or len(length) > _MOST_DIGITS or int(length) > self._most

    def too_large(self) -> Response:
        """Says how much is taken."""
        return problem("body_too_large", told={"most": size_text(self._most)})

    async def receive(self) -> Message:
        """The next part, unless it is too much."""
        if self.refusal is not None:
            return {"type": "http.disconnect"}
        message = await self._receive()
        part: bytes = message.get("body", b"")
        self._taken += len(part)
        if self._taken > self._most:
            self.refusal = self.too_large()
        elif wait := self._weigh(part):
            self.refusal = problem("rate_limited", retry_after_s=wait)
        return message if self.refusal is None else {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """The answer, unless the refusal is to be it."""
        if self.refusal is None or self.has_answer:
            self.has_answer = True
            await self._send(message)
