"""What is remembered of a conversation: never a personal value."""

import secrets
from hashlib import sha256
from typing import Literal

from pydantic import BaseModel, Field

from api.contract.answers import Turn
from api.contract.branches import ApplicantKind, PlaceCandidate
from api.contract.messages import Reply

HISTORY_TURNS = 8
SEEN_EVENTS = 50
ANSWERS_KEPT = 20
# A form asks for one of at most some twenty things; a few lists of branches stand beside it.
OFFERS_KEPT = 64


def token_of(*parts: str) -> str:
    """A short name for what was offered, that fits into a button of any channel."""
    return sha256("\n".join(parts).encode()).hexdigest()[:16]


def new_step() -> str:
    """What the buttons of a new step begin with; no two steps of a conversation share it."""
    return secrets.token_hex(3)


class Session(BaseModel, extra="ignore"):
    """The state between two messages.

    ``awaiting`` is what the next plain words answer; ``field`` the form field asked
    for while a form is being filled; ``told`` the findings already said; ``readings`` what the
    choices of a question asked back say; ``places`` and
    ``branches`` (ids) what was last offered for choosing. ``offered`` are the buttons that
    are good at this ``step``, ``tapped`` the last one that was; ``answers`` (ids) those that
    may be rated.
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
    readings: list[str] = []
    step: str = Field(default_factory=new_step)
    offered: list[str] = []
    tapped: str | None = None
    answers: list[str] = []
    seen: list[str] = []
    last_replies: list[Reply] = []

    def remember(self, question: str, answer: str) -> None:
        """Keep a question and the start of its answer."""
        turns = [
            Turn(role="user", content=question[:500]),
            Turn(role="assistant", content=answer[:500]),
        ]
        self.history = [*self.history, *turns][-HISTORY_TURNS:]

    def forget(self) -> None:
        """Become the session of somebody never seen; a repeated event stays known."""
        fresh = Session(seen=self.seen)
        for name in type(self).model_fields:
            setattr(self, name, getattr(fresh, name))

    def turn_to(self, field: str | None, *, is_filling: bool = True) -> None:
        """Ask for a field next, or with None show the review page.

        Asking again what is asked already is no new step: its buttons stay good.
        """
        if (field, is_filling) != (self.field, self.is_filling):
            self.begin_step()
        self.field, self.is_filling, self.picked = field, is_filling, []

    def begin_step(self) -> None:
        """From here on the buttons offered before are void."""
        self.step, self.offered = new_step(), []
