"""The conversation: takes what happened, gives replies, remembers what it must."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from api.contract.conversations import ConversationName
from api.contract.messages import ConversationState, Reply
from api.contract.problem import ApiProblemError
from bot.dialogue.events import Event
from bot.dialogue.ports import Connection
from bot.dialogue.responder import Responder
from bot.dialogue.session import SEEN_EVENTS, Session
from bot.dialogue.show import words
from bot.dialogue.texts import say
from bot.errors import ConversationBusyError

# Other processes may write in between; within this one, messages take turns.
MAX_WRITES = 4
MAX_WAITING = 16


class DialogueEngine:
    """One engine serves all conversations; what they are about is kept by the API.

    Args:
        connect: the API as it is used on behalf of an origin (``kind:value``), by which it
            counts tries, and conversations begun.
        public_url: where people reach the server; None when that was not said.
    """

    def __init__(
        self,
        connect: Callable[[str], Connection],
        public_url: str | None = None,
    ) -> None:
        self._connect, self._public_url = connect, public_url
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: Counter[str] = Counter()

    async def handle(
        self,
        name: ConversationName,
        event: Event,
        *,
        event_id: str | None = None,
        origin: str | None = None,
    ) -> list[Reply]:
        """Replies to what happened in a conversation.

        A repeated ``event_id`` changes nothing: the last one gives its replies again, in
        case they never arrived; an older one gives none. ``origin`` is where the person
        writes from, if one person may have many conversations there; else the conversation.
        An answer is given even where nothing can be kept just now; what is said to a form is
        not, or it would ask for one thing and wait for another.

        Raises:
            ConversationBusyError: other messages of the conversation kept coming first.
            ApiUnreachableError: the state could not be read or kept.
        """
        async with self._turn(str(name)):
            return await self._handle(name, event, event_id, origin)

    @asynccontextmanager
    async def _turn(self, key: str) -> AsyncIterator[None]:
        """Messages of one conversation are answered one by one, in the order they came.

        Answered at once they would undo each other's state and be answered anew each time.
        """
        if self._waiting[key] >= MAX_WAITING:
            raise ConversationBusyError("too many messages at once")
        turn = self._turns.setdefault(key, asyncio.Lock())
        self._waiting[key] += 1
        try:
            async with turn:
                yield
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]

    async def _handle(
        self, name: ConversationName, event: Event, event_id: str | None, origin: str | None
    ) -> list[Reply]:
        api = self._connect(origin or str(name))
        for _ in range(MAX_WRITES):
            kept = await api.conversation(str(name))
            session = Session.model_validate(kept.state)
            if event_id and event_id in session.seen:
                return session.last_replies if session.seen[-1] == event_id else []
            was_filling = session.is_filling
            responder = Responder(api, session, name.channel, self._public_url)
            replies = await responder.respond(event)
            if event_id:
                session.seen = [*session.seen, event_id][-SEEN_EVENTS:]
                session.last_replies = replies
            state = ConversationState(version=kept.version, state=session.model_dump(mode="json"))
            try:
                await api.save_conversation(str(name), state)
            except ApiProblemError as error:
                if error.code == "conversation_changed":
                    continue
                if was_filling or session.is_filling or not error.is_passing:
                    raise
                return [*replies, words(say("session-warn-not-kept"))]
            return replies
        raise ConversationBusyError("too many messages at once")
