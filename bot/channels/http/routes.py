"""The conversation over HTTP: what the web chat uses, and scripts that play a person."""

from fastapi import APIRouter

from api.contract.messages import IncomingMessage, Replies
from api.contract.problem import Problem
from bot.dialogue.engine import DialogueEngine
from bot.errors import InvalidMessageError


def message_routes(engine: DialogueEngine) -> APIRouter:
    """The router over one engine."""
    router = APIRouter(prefix="/v1", tags=["conversation"])

    @router.post(
        "/messages",
        summary="Say something, get replies",
        responses={422: {"model": Problem, "description": "Not exactly one thing said"}},
    )
    async def post_message(message: IncomingMessage) -> Replies:
        """One of text, choice, location, attachment.

        The conversation's id is its secret: choose one that nobody can guess.
        """
        return await converse_over_http(engine, message)

    return router


async def converse_over_http(engine: DialogueEngine, message: IncomingMessage) -> Replies:
    """Replies to a message; conversations of other channels cannot be entered from here.

    Raises:
        InvalidMessageError: not exactly one thing was said.
    """
    said = (message.text, message.choice, message.location, message.attachment)
    if sum(part is not None for part in said) != 1:
        raise InvalidMessageError("exactly one of text, choice, location, attachment")
    name = f"http:{message.channel}:{message.conversation_id}"
    return Replies(replies=await engine.handle(name, message))
