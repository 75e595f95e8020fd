"""Lets a language model put an answer into plainer words, and trusts nothing it writes.

The model sees neither question nor history, only those lines of the finished answer that
carry a citation, without their figures, places and titles. Every other line (corrections,
refusals, the question for the place) stays as it is, in its position.
"""

import asyncio
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from knowledge.answering.models import Answer, AnswerStatus, WrittenBy
from knowledge.llm.check import check_line
from knowledge.llm.model_user import ModelUser
from knowledge.llm.outcome import Outcome, RewriteRejectedError
from knowledge.llm.texts import text
from knowledge.llm.tokens import TokenTable
from knowledge.understanding.normaliser import normalise

_CITED = re.compile(r"\[\d+\]")
_STATUSES = (AnswerStatus.ANSWERED, AnswerStatus.PARTLY_ANSWERED)
# A model that rambles is cut off; each line has its own, tighter bound besides.
_MOST_GROWTH, _MOST_ADDED = 4, 500


class AnswerRewriter(ModelUser):
    """Rewrites answers line by line."""

    async def rewrite(self, answer: Answer) -> Answer:
        """The answer in plainer words; as it was given when any line is amiss."""
        started = time.perf_counter()
        try:
            async with aclosing(self._checked_lines(answer)) as checked:
                lines = [line async for line in checked]
        except RewriteRejectedError:
            lines = []
        return _with_lines(answer, lines, started)

    async def stream(self, answer: Answer) -> AsyncIterator[str | Answer]:
        """Each line as soon as it is checked, then the answer that the lines make up.

        What was sent cannot be taken back: when a line is amiss, it and all that follow
        are those of the answer as it was given.
        """
        started = time.perf_counter()
        lines: list[str] = []
        try:
            async with aclosing(self._checked_lines(answer)) as checked:
                async for line in checked:
                    lines.append(line)
                    yield line
        except RewriteRejectedError:
            pass
        whole = _with_lines(answer, lines, started)
        for line in whole.text.split("\n")[len(lines) :]:
            yield line
        yield whole

    async def _checked_lines(self, answer: Answer) -> AsyncGenerator[str, None]:
        """The answer's lines, rewritten; none when the model is not to be asked."""
        if not _may_be_rewritten(answer):
            return
        if not self._may_ask():
            return
        with self._counted(Outcome.REWRITTEN):
            async with aclosing(self._rewritten_lines(answer.text)) as lines:
                async for line in lines:
                    yield line

    async def _rewritten_lines(self, answer_text: str) -> AsyncGenerator[str, None]:
        table = TokenTable()
        originals = answer_text.split("\n")
        hidden = [table.hide(line) if _CITED.search(line) else None for line in originals]
        content = "\n".join(line for line in hidden if line is not None)
        outcome_at_end = Outcome.EMPTY
        async with aclosing(self._model_lines(content)) as answers:
            for original, given in zip(originals, hidden, strict=True):
                if given is None:
                    yield original
                    continue
                written = await anext(answers, None)
                if written is None:
                    raise RewriteRejectedError(outcome_at_end)
                check_line(given, written, table)
                outcome_at_end = Outcome.WRONG_LINES
                yield table.restore(written)
            if await anext(answers, None) is not None:
                raise RewriteRejectedError(Outcome.WRONG_LINES)

    async def _model_lines(self, content: str) -> AsyncGenerator[str, None]:
        """Whole lines of the model's text, blank ones left out, until time is up."""
        deadline = asyncio.get_running_loop().time() + self._timeout_s
        left = len(content) * _MOST_GROWTH + _MOST_ADDED
        line = ""
        async with aclosing(self._model.stream(text("prompt"), content)) as pieces:
            while (piece := await _next_until(deadline, pieces)) is not None:
                left -= len(piece)
                if left < 0:
                    raise RewriteRejectedError(Outcome.LENGTH)
                *complete, line = (line + piece).split("\n")
                for whole in filter(None, map(str.strip, complete)):
                    yield whole
        if line.strip():
            yield line.strip()


async def _next_until(deadline: float, pieces: AsyncGenerator[str, None]) -> str | None:
    try:
        async with asyncio.timeout_at(deadline):
            return await anext(pieces, None)
    except TimeoutError:
        raise RewriteRejectedError(Outcome.TIMEOUT) from None


def _may_be_rewritten(answer: Answer) -> bool:
    """Only cited answers, in the simplified characters that the checks are written for."""
    if answer.status not in _STATUSES or not answer.citations:
        return False
    return not normalise(answer.text).is_traditional


def _with_lines(answer: Answer, lines: list[str], started: float) -> Answer:
    """The answer with its first lines replaced, labelled when that changed anything."""
    originals = answer.text.split("\n")
    waited_ms = (time.perf_counter() - started) * 1000
    elapsed_ms = round(answer.elapsed_ms + waited_ms, 2)
    if lines == originals[: len(lines)]:
        return answer.model_copy(update={"elapsed_ms": elapsed_ms})
    whole = "\n".join([*lines, *originals[len(lines) :], text("label")])
    return answer.model_copy(
        update={"text": whole, "written_by": WrittenBy.AI, "elapsed_ms": elapsed_ms}
    )
