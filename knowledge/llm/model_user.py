"""What all who ask a language model share: its connections, and when not to ask it."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from knowledge.llm.breaker import CircuitBreaker
from knowledge.llm.outcome import Outcome, RewriteRejectedError


class LanguageModel(Protocol):
    """A chat model, reduced to what is needed of it."""

    def stream(self, instructions: str, content: str) -> AsyncGenerator[str, None]:
        """Pieces of the model's text.

        Raises:
            RewriteRejectedError: the model could not be asked, or broke off.
        """
        ...

    async def close(self) -> None: ...


class ModelUser:
    """Asks within ``timeout_s``, at most ``max_running`` times at once.

    ``count`` is told how each attempt ended. All methods belong to one event loop.
    """

    def __init__(
        self,
        model: LanguageModel,
        breaker: CircuitBreaker,
        *,
        timeout_s: float,
        max_running: int,
        count: Callable[[Outcome], None],
    ) -> None:
        self._model, self._timeout_s = model, timeout_s
        self._breaker, self._max_running, self._count = breaker, max_running, count
        self._running = 0

    async def close(self) -> None:
        """Let go of the model's connections."""
        await self._model.close()

    async def close_at_end(self) -> None:
        """Wait to be cancelled, then close."""
        try:
            await asyncio.Event().wait()
        finally:
            await self.close()

    def _may_ask(self) -> bool:
        """Whether it may be asked now; counts where it may not."""
        if self._breaker.is_open or self._running >= self._max_running:
            self._count(Outcome.PAUSED if self._breaker.is_open else Outcome.BUSY)
            return False
        return True

    @contextmanager
    def _counted(self, worked: Outcome) -> Iterator[None]:
        """Around one attempt: how it ended is counted and told to the breaker."""
        self._running += 1
        outcome = Outcome.CANCELLED
        try:
            yield
            outcome = worked
        except RewriteRejectedError as error:
            outcome = error.outcome
            raise
        finally:
            self._running -= 1
            self._count(outcome)
            if outcome is not Outcome.CANCELLED:
                self._breaker.record(worked=outcome is worked)
