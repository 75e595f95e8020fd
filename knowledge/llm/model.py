"""Any OpenAI-compatible endpoint, through LangChain; imported only when one is configured."""

import logging
from collections.abc import AsyncGenerator
from contextlib import aclosing

import openai
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from langchain_openai import ChatOpenAI
from langsmith import tracing_context
from pydantic import SecretStr

from knowledge.llm.outcome import Outcome, RewriteRejectedError
from knowledge.settings import LlmSettings

log = logging.getLogger(__name__)

_FINISHED = "stop"


class OpenAICompatibleModel:
    """Streams one completion a call; no retries, for the answer is already there."""

    def __init__(self, settings: LlmSettings) -> None:
        # A redirect could carry the text to a host nobody configured.
        self._http = openai.DefaultAsyncHttpxClient(
            timeout=settings.timeout_s, follow_redirects=False
        )
        self._chat = ChatOpenAI(
            model=settings.model,
            base_url=settings.base_url,
            # Without a key of ours none from the environment may go to this endpoint either.
            api_key=settings.api_key or SecretStr("none"),
            timeout=settings.timeout_s,
            max_retries=0,
            temperature=0,
            use_responses_api=False,
            extra_body=settings.extra_body or None,
            http_async_client=self._http,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def stream(self, instructions: str, content: str) -> AsyncGenerator[str, None]:
        """Pieces of the text, as they come.

        Raises:
            RewriteRejectedError: no answer, no proper answer, or not the whole of it.
        """
        messages: list[BaseMessage] = [SystemMessage(instructions), HumanMessage(content)]
        finish: str | None = None
        async with aclosing(self._chunks(messages)) as chunks:
            async for piece, reason in chunks:
                finish = reason or finish
                if piece:
                    yield piece
        if finish not in (None, _FINISHED):
            raise RewriteRejectedError(Outcome.TRUNCATED)

    async def _chunks(
        self, messages: list[BaseMessage]
    ) -> AsyncGenerator[tuple[str, str | None], None]:
        replies = self._chat.astream(messages)
        while True:
            try:
                # LangChain would send a copy to LangSmith when the environment says so.
                with tracing_context(enabled=False):
                    reply = await anext(replies, None)
            except (openai.APITimeoutError, TimeoutError):
                raise RewriteRejectedError(Outcome.TIMEOUT) from None
            except openai.APIStatusError as error:
                raise _rejected(Outcome.HTTP_ERROR, error) from None
            except openai.APIConnectionError as error:
                raise _rejected(Outcome.UNREACHABLE, error) from None
            except Exception as error:
                # A strange server can make the client raise almost anything.
                raise _rejected(Outcome.MALFORMED, error) from None
            if reply is None:
                return
            yield str(reply.text), reply.response_metadata.get("finish_reason")


def _rejected(outcome: Outcome, error: Exception) -> RewriteRejectedError:
    # The class alone: a message may repeat what was sent or received.
    log.warning("language model: %s", type(error).__name__)
    return RewriteRejectedError(outcome)
