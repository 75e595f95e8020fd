"""What the conversation needs from outside."""

from datetime import datetime
from typing import Protocol

from api.contract.answers import Answer, Question
from api.contract.applications import (
    ApplicationView,
    DraftChange,
    HandoverCode,
    NewApplication,
)
from api.contract.branches import ApplicantKind, BranchView, NearestBranches
from api.contract.forms.models import Form
from api.contract.interpretations import InterpretationView, MessageToRead
from api.contract.messages import ConversationState, KeptConversation
from api.contract.privacy import CopyLink, PrivacyProof
from api.contract.staff import Feedback
from knowledge.regions.coordinates import Coordinates


class LoanApi(Protocol):
    """The API as the conversation uses it; see api.contract.client.ApiClient."""

    async def answer(self, question: Question) -> Answer: ...

    async def interpret(self, message: MessageToRead) -> InterpretationView: ...

    async def rate_answer(self, answer_id: str, feedback: Feedback) -> None: ...

    async def form(self, form_id: str) -> Form: ...

    async def open_application(self, new: NewApplication) -> ApplicationView: ...

    async def application(self, application_id: str) -> ApplicationView: ...

    async def change_application(
        self, application_id: str, change: DraftChange
    ) -> ApplicationView: ...

    async def submit_application(self, application_id: str, *, key: str) -> ApplicationView: ...

    async def withdraw_application(self, application_id: str) -> ApplicationView: ...

    async def find_by_receipt(self, receipt: str, phone_last4: str) -> ApplicationView: ...

    async def offer_handover(self, application_id: str) -> HandoverCode: ...

    async def accept_handover(self, code: str) -> ApplicationView: ...

    async def offer_copy(self, application_id: str) -> CopyLink: ...

    async def erase_personal_data(self, application_id: str) -> PrivacyProof: ...

    async def nearest_branches(
        self,
        *,
        here: Coordinates | None = None,
        place: str | None = None,
        region: str | None = None,
        within: str | None = None,
        limit: int = 3,
        kind: ApplicantKind | None = None,
        open_at: datetime | None = None,
    ) -> NearestBranches: ...

    async def branch(self, branch_id: str) -> BranchView: ...


class SessionStore(Protocol):
    """Keeps the state of conversations; refuses a write that another overtook."""

    async def conversation(self, conversation_id: str) -> KeptConversation: ...

    async def save_conversation(self, conversation_id: str, state: ConversationState) -> None: ...


class Connection(LoanApi, SessionStore, Protocol):
    """The API as it is used on behalf of one person."""
