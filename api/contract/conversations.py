"""Where people talk with the assistant, and the names of their conversations."""

from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from api.contract.ids import ConversationKey

_KEYS = TypeAdapter[str](ConversationKey)


class Channel(StrEnum):
    """What a conversation or an application came through."""

    API = "api"
    HTTP = "http"
    WEB = "web"
    CONSOLE = "console"
    TELEGRAM = "telegram"


@dataclass(frozen=True, slots=True)
class ConversationName:
    """The name under which a conversation is remembered: a channel, and an id within it.

    The channel is said by the code that serves it, never by who calls: no id leads from one
    channel's conversations to another's.

    Raises:
        ValidationError: ``id`` is none.
    """

    channel: Channel
    id: str

    def __post_init__(self) -> None:
        _KEYS.validate_python(str(self))

    def __str__(self) -> str:
        return f"{self.channel}:{self.id}"
