"""Holds dialogues laid down in a file with the whole application, for readers to judge.

What must hold at the end is told in words, so nobody but a reader can say whether it does.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
from fastapi import FastAPI

from api.contract.paths import path


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """A dialogue as it went: what must hold after it, and all that was replied to its last step."""

    id: str
    expect: Sequence[str]
    was_right: bool
    asked: str
    replied: str


async def rehearse(
    app: FastAPI, dialogues: Sequence[Mapping[str, Any]]
) -> AsyncIterator[Rehearsed]:
    """Hold each dialogue in a conversation of its own, through ``POST /v1/messages``."""
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://in-process") as client,
    ):
        for dialogue in dialogues:
            person = _Person(client)
            for step in dialogue["steps"]:
                await person.take(step)
            yield Rehearsed(
                id=dialogue["id"],
                expect=dialogue["expect"],
                was_right=dialogue.get("today") == "ok",
                asked=str(next(iter(dialogue["steps"][-1].values()))),
                replied=person.replied,
            )


class _Person:
    """Somebody who says and presses what the file lays down."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self._conversation: dict[str, str] = {}
        self._offered: list[str] = []
        self.replied = ""

    async def take(self, step: Mapping[str, str]) -> None:
        said = (
            {"choice": self._button(step["choose"])} if "choose" in step else {"text": step["say"]}
        )
        body = {"channel": "http", **self._conversation, **said}
        response = await self._client.post(path("v1", "messages"), json=body)
        response.raise_for_status()
        answer = response.json()
        self._conversation = {"conversation_id": answer["conversation_id"]}
        self._offered += [c["id"] for reply in answer["replies"] for c in reply["choices"]]
        self.replied = "\n".join(reply["text"] for reply in answer["replies"])

    def _button(self, name: str) -> str:
        """The newest button of that name, whatever step it was offered at."""
        return next((b for b in reversed(self._offered) if b.endswith(name)), name)
