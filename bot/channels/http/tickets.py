"""Ids of the conversations that go over HTTP.

Anybody may send messages there, so an id is the only key to a conversation: we make it, of 144
random bits, and sign it. The signature needs no table and tells in every process that shares
the key whether an id was given out by us.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode

from bot.errors import UnknownConversationError

# In base64 these are 24 characters each, without padding.
RANDOM_BYTES = 18
_HALF = 24


class ConversationTickets:
    """Gives ids out, and knows them again.

    Args:
        key: the same in every process that serves the channel, and in no other use.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    def new(self) -> str:
        """The id of a new conversation."""
        random = secrets.token_urlsafe(RANDOM_BYTES)
        return f"{random}{self._signature(random)}"

    def checked(self, conversation_id: str) -> str:
        """The id, when it was given out by us.

        Raises:
            UnknownConversationError: it was not.
        """
        random, signature = conversation_id[:_HALF], conversation_id[_HALF:]
        if not hmac.compare_digest(self._signature(random).encode(), signature.encode()):
            raise UnknownConversationError("not given out by us")
        return conversation_id

    def _signature(self, random: str) -> str:
        digest = hmac.new(self._key, random.encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(digest[:RANDOM_BYTES]).decode()
