"""The conversation over HTTP, open to everybody: for scripts that play a person."""

from fastapi import APIRouter, Request

from api.contract.callers import origin_of_address
from api.contract.conversations import Channel, ConversationName
from api.contract.messages import IncomingMessage, Replies
from api.contract.problem import Problem
from bot.channels.http.tickets import ConversationTickets
from bot.dialogue.engine import DialogueEngine
from bot.dialogue.events import Attached, Event, Located, Said, Tapped
from bot.errors import InvalidMessageError


def message_routes(engine: DialogueEngine, tickets: ConversationTickets) -> APIRouter:
    """The router over one engine; ``tickets`` are the ids that it gives out."""
    router = APIRouter(prefix="/v1", tags=["conversation"])

    @router.post(
        "/messages",
        summary="Say something, get replies",
        responses={
            422: {
                "model": Problem,
                "description": "Not exactly one thing said, or an id that was not given out",
            }
        },
    )
    async def post_message(message: IncomingMessage, request: Request) -> Replies:
        """One of text, choice, location, attachment.

        Without `conversation_id` a new conversation begins. The reply says its id: keep it
        secret, it is the only key to the conversation.
        """
        event = _event(message)
        known = message.conversation_id
        conversation_id = tickets.new() if known is None else tickets.checked(known)
        replies = await engine.handle(
            ConversationName(Channel.HTTP, conversation_id),
            event,
            event_id=message.event_id,
            origin=origin_of_address(request.client.host if request.client else ""),
        )
        return Replies(conversation_id=conversation_id, replies=replies)

    return router


def _event(message: IncomingMessage) -> Event:
    """What a message says.

    Raises:
        InvalidMessageError: not exactly one thing.
    """
    said: list[Event | None] = [
        None if message.text is None else Said(message.text),
        None if message.choice is None else Tapped(message.choice),
        None if message.location is None else Located(message.location),
        None if message.attachment is None else Attached(),
    ]
    events = [event for event in said if event is not None]
    if len(events) != 1:
        raise InvalidMessageError("exactly one of text, choice, location, attachment")
    return events[0]
