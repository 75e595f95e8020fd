"""The API is told on whose behalf a channel asks, and not who that is."""

import httpx
import pytest
from fastapi import FastAPI

from api.contract.callers import CALLER_HEADER, CallerHash, origin_of_address
from api.contract.client import ApiClient
from api.contract.conversations import Channel, ConversationName
from bot.channels.http.routes import message_routes
from bot.channels.http.tickets import ConversationTickets
from bot.dialogue.engine import DialogueEngine
from bot.dialogue.events import Said

CHAT = ConversationName(Channel.TELEGRAM, "5550123")
LOOK_UP = "CD20261130-000001-4 0001"


@pytest.fixture
async def seen(channel):
    """What the API receives from an engine, which is given too."""
    requests: list[httpx.Request] = []

    class Watched(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            requests.append(request)
            return await channel._transport.handle_async_request(request)

    callers = CallerHash(b"key")
    async with httpx.AsyncClient(
        transport=Watched(), base_url="http://test", headers=channel.headers
    ) as http:
        engine = DialogueEngine(lambda origin: ApiClient(http, caller=callers.of(origin)))
        yield engine, requests


def callers_in(requests) -> set[str]:
    """Who is named with each request, those that look up and those that remember."""
    paths = {request.url.path.rpartition("/")[0] for request in requests}
    assert paths == {"/v1/applications", "/v1/conversations"}
    return {request.headers[CALLER_HEADER] for request in requests}


async def test_a_look_up_from_a_chat_carries_its_hash(seen):
    engine, requests = seen
    await engine.handle(CHAT, Said(LOOK_UP))

    assert callers_in(requests) == {CallerHash(b"key").of(str(CHAT))}
    assert not any(CHAT.id in caller for caller in callers_in(requests))


async def test_new_conversations_over_http_are_one_caller_by_their_address(seen):
    engine, requests = seen
    app = FastAPI()
    app.include_router(message_routes(engine, ConversationTickets(b"key")))
    transport = httpx.ASGITransport(app=app, client=("203.0.113.7", 1))

    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for _ in range(3):
            response = await client.post("/v1/messages", json={"text": LOOK_UP})
            assert response.status_code == 200

    (caller,) = callers_in(requests)
    assert caller == CallerHash(b"key").of(origin_of_address("203.0.113.7"))
    assert "203.0.113" not in caller
