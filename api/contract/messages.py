"""Wire models of the conversation: what a channel sends and what it shows."""

from enum import StrEnum

from pydantic import BaseModel, Field

from api.contract.answers import CitationView
from api.contract.geo import Coordinates
from knowledge.kit.wire import LARGEST_COUNT, LONGEST_MESSAGE, RequestModel


class ReplyKind(StrEnum):
    """How a reply is shown. A venue repeats a card for channels that have a map message."""

    TEXT = "text"
    CHOICES = "choices"
    CARD = "card"
    LOCATION_REQUEST = "location_request"
    VENUE = "venue"
    FILE = "file"


class ChoiceView(BaseModel):
    """A button; its ``id`` comes back as ``choice``."""

    id: str
    label: str


class Attachment(RequestModel):
    """A file an applicant sends, base64: at most 6 MB before it is encoded."""

    name: str = Field(max_length=200)
    media_type: str = Field(max_length=100)
    content: str = Field(max_length=8_000_000)


class IncomingMessage(RequestModel):
    """One message of a person. Exactly one of text, choice, location, attachment.

    ``event_id`` (optional) makes a repeated delivery harmless.
    """

    conversation_id: str = Field(min_length=1, max_length=128)
    channel: str = Field(default="web", min_length=1, max_length=20)
    text: str | None = Field(default=None, max_length=LONGEST_MESSAGE)
    choice: str | None = Field(default=None, max_length=100)
    location: Coordinates | None = None
    attachment: Attachment | None = None
    event_id: str | None = Field(default=None, max_length=64)


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
    field: str | None = None
    citations: list[CitationView] = []
    card: Card | None = None
    coordinates: Coordinates | None = None


class Replies(BaseModel):
    """What to show, in order."""

    replies: list[Reply]


class ConversationState(RequestModel):
    """The bot's memory of one conversation, kept sealed by the API.

    ``version`` is 0 for a conversation not seen before; a write names the version
    it read and is refused (409) if another came in between.
    """

    version: int = Field(ge=0, le=LARGEST_COUNT)
    state: dict[str, object] = Field(max_length=1000)
