"""Has a language model read an unsure message again, and takes nothing of it unchecked.

It sees the message without personal data and the clauses that were found, and answers with
labels, words of the message and references: no figure, and no sentence of its own, gets through.
"""

import asyncio
import json
from contextlib import aclosing

from pydantic import ValidationError

from knowledge.kit.privacy import mask_personal_data
from knowledge.llm.model_user import ModelUser
from knowledge.llm.outcome import Outcome, RewriteRejectedError
from knowledge.llm.texts import text
from knowledge.understanding.labels import Act, Form, Matter, Role, Who
from knowledge.understanding.second_opinion import Doubtful, Opinion

# In characters; a whole opinion is far shorter.
_LONGEST_REPLY = 4000
_LABELS = {"act": Act, "matter": Matter, "form": Form, "role": Role, "subject": Who}


class SecondReader(ModelUser):
    """Reads messages again."""

    async def read(self, doubtful: Doubtful) -> Opinion | None:
        """What it makes of the message; None where it is not to be asked or broke a rule."""
        if not self._may_ask():
            return None
        try:
            with self._counted(Outcome.READ):
                return await self._opinion(doubtful)
        except RewriteRejectedError:
            return None

    async def _opinion(self, doubtful: Doubtful) -> Opinion:
        masked = mask_personal_data(doubtful.text)
        content = {"message": masked, "clauses": dict(doubtful.clauses)}
        written = await self._whole(json.dumps(content, ensure_ascii=False))
        try:
            opinion = Opinion.model_validate_json(written)
        except ValidationError:
            raise RewriteRejectedError(Outcome.MALFORMED) from None
        if not opinion.keeps_to(doubtful):
            raise RewriteRejectedError(Outcome.INVENTED_TOKEN)
        return opinion

    async def _whole(self, content: str) -> str:
        prompt, written = text("second-reader").format(**_labels()), ""
        try:
            async with (
                asyncio.timeout(self._timeout_s),
                aclosing(self._model.stream(prompt, content)) as pieces,
            ):
                async for piece in pieces:
                    written += piece
                    if len(written) > _LONGEST_REPLY:
                        raise RewriteRejectedError(Outcome.LENGTH)
        except TimeoutError:
            raise RewriteRejectedError(Outcome.TIMEOUT) from None
        return written.strip().removeprefix("```json").removesuffix("```")


def _labels() -> dict[str, str]:
    return {name: " ".join(kinds) for name, kinds in _LABELS.items()}
