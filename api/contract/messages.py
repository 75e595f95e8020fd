"""Wire models of the conversation: what a channel sends and what it shows."""

from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

from api.contract.answers import CitationView
from api.contract.ids import ChoiceId, ConversationId, EventId, FieldId
from knowledge.kit.wire import LARGEST_COUNT, LONGEST_MESSAGE, MOST_ENTRIES, JsonValue, RequestModel
from knowledge.regions.coordinates import Coordinates

PublicLabel = Literal["http", "web", "app", "script"]


class ReplyKind(StrEnum):
    """How a reply is shown. A venue repeats a card for channels that have a map message."""

    TEXT = "text"
    CHOICES = "choices"
    CARD = "card"
    LOCATION_REQUEST = "location_request"
    VENUE = "venue"
    FILE = "file"


class ChoiceView(BaseModel):
    """A button; its ``id`` comes back as ``choice``.

    An id that begins with a step (``3f9c1a.pick:yes``) is good while that step lasts.
    """

    id: str
    label: str


class Attachment(RequestModel):
    """A file an applicant sends, base64: at most 6 MB before it is encoded."""

    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    content: str = Field(max_length=8_000_000)


class IncomingMessage(RequestModel):
    """One message of a person. Exactly one of text, choice, location, attachment.

    Without ``conversation_id`` a new conversation begins; the answer says its id. ``choice``
    is the id of a button that was offered. ``event_id`` makes a repeated delivery harmless.
    """

    conversation_id: ConversationId | None = Field(
        default=None, description="from an earlier answer; no other is taken"
    )
    channel: PublicLabel = Field(
        default="http", description="what the caller calls itself; it opens nothing"
    )
    text: str | None = Field(default=None, max_length=LONGEST_MESSAGE)
    choice: ChoiceId | None = None
    location: Coordinates | None = None
    attachment: Attachment | None = None
    event_id: EventId | None = None


class Card(BaseModel):
    """A titled list of lines, such as a branch or the review page of a form."""

    title: str
    lines: list[str]
    links: list[ChoiceView] = Field(default=[], description="id is an address, label its text")


class Reply(BaseModel):
    """One thing to show; ``field`` names the form field asked for, if any."""

    kind: ReplyKind
    text: str
    choices: list[ChoiceView] = []
    field: FieldId | None = None
    citations: list[CitationView] = []
    card: Card | None = None
    coordinates: Coordinates | None = None


class Replies(BaseModel):
    """What to show, in order; ``conversation_id`` is the only key to the conversation."""

    conversation_id: ConversationId
    replies: list[Reply]


class KeptConversation(BaseModel):
    """The bot's memory of one conversation, kept sealed by the API.

    ``version`` is 0 for a conversation not seen before.
    """

    version: int
    state: dict[str, object]


class ConversationState(RequestModel):
    """What is to be remembered from now on.

    A write names the version it read and is refused (409) if another came in between.
    """

    # It is kept as the version after this one, which must find room too.
    version: int = Field(ge=0, le=LARGEST_COUNT - 1)
    state: dict[str, JsonValue] = Field(max_length=MOST_ENTRIES)
