"""What is remembered of a conversation: never a personal value."""

from hashlib import sha256
from typing import Literal

from pydantic import BaseModel

from api.contract.answers import Turn
from api.contract.branches import ApplicantKind, PlaceCandidate
from api.contract.messages import Reply

HISTORY_TURNS = 8
SEEN_EVENTS = 50


def token_of(*parts: str) -> str:
    """A short name for what was offered, that fits into a button of any channel."""
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


class Session(BaseModel, extra="ignore"):
    """The state between two messages.

    ``awaiting`` is what the next plain words answer; ``field`` the form field asked
    for while a form is being filled; ``told`` the findings already said; ``places`` and
    ``branches`` (ids) what was last offered for choosing.
    """

    awaiting: Literal["region", "place", "receipt"] | None = None
    pending_question: str | None = None
    region: str | None = None
    history: list[Turn] = []
    application_id: str | None = None
    is_filling: bool = False
    field: str | None = None
    picked: list[str] = []
    told: list[str] = []
    sought_kind: ApplicantKind | None = None
    places: list[PlaceCandidate] = []
    branches: list[str] = []
    seen: list[str] = []
    last_replies: list[Reply] = []

    def remember(self, question: str, answer: str) -> None:
        """Keep a question and the start of its answer."""
        turns = [
            Turn(role="user", content=question[:500]),
            Turn(role="assistant", content=answer[:500]),
        ]
        self.history = [*self.history, *turns][-HISTORY_TURNS:]
