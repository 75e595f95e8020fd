"""The staff routes of the API as the staff pages see them."""

from typing import Any, Literal, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter

from api.contract.answers import ClauseHit
from api.contract.callers import CALLER_HEADER
from api.contract.client import read_problem
from api.contract.paths import ApiPath, path
from api.contract.problem import ApiProblemError, ApiUnreachableError
from api.contract.staff import (
    BACKGROUND_HEADER,
    DocumentChange,
    FaqChange,
    FaqDraft,
    FaqView,
    Ingestion,
    Login,
    QuestionGroup,
    StaffAnswer,
    StaffDocument,
    StaffDocumentView,
    StaffQuestion,
    StaffSession,
    StaffView,
)

Result = TypeVar("Result")


def staff_path(*segments: str) -> ApiPath:
    """The path of a staff route."""
    return path("v1", "staff", *segments)


class StaffClient:
    """One method per route, with the token of a session.

    Without one the client speaks as the service, for whom ``caller`` names
    (see :class:`~api.contract.callers.CallerHash`): that is how a page logs somebody in.

    Raises :class:`~api.contract.problem.ApiProblemError`
    or :class:`~api.contract.problem.ApiUnreachableError`.
    """

    def __init__(
        self, http: httpx.AsyncClient, token: str | None = None, *, caller: str | None = None
    ) -> None:
        self._http = http
        # The client's own header is the service token, which opens no staff route.
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        if caller is not None:
            self._headers[CALLER_HEADER] = caller

    async def log_in(self, login: Login) -> StaffSession:
        return await self._read(StaffSession, "POST", staff_path("login"), body=login)

    async def log_out(self) -> None:
        await self._send("POST", staff_path("logout"))

    async def me(self, *, by_itself: bool = False) -> StaffView:
        """Who the session belongs to; ``by_itself``: the page looks, nobody asked it to."""
        return await self._read(StaffView, "GET", staff_path("me"), by_itself=by_itself)

    async def answer(self, question: StaffQuestion) -> StaffAnswer:
        return await self._read(StaffAnswer, "POST", staff_path("answers"), body=question)

    async def unanswered(self) -> list[QuestionGroup]:
        return await self._read(list[QuestionGroup], "GET", staff_path("unanswered"))

    async def dismiss(self, question_id: str) -> None:
        await self._send("POST", staff_path("unanswered", question_id, "dismissal"))

    async def faq(self) -> list[FaqView]:
        return await self._read(list[FaqView], "GET", staff_path("faq"))

    async def draft(self, question: StaffQuestion) -> FaqDraft:
        return await self._read(FaqDraft, "POST", staff_path("faq", "draft"), body=question)

    async def save_faq(self, change: FaqChange, faq_id: str | None = None) -> FaqView:
        """Keep a new answer, or change one."""
        if faq_id is None:
            return await self._read(FaqView, "POST", staff_path("faq"), body=change)
        return await self._read(FaqView, "PUT", staff_path("faq", faq_id), body=change)

    async def approve(self, faq_id: str) -> FaqView:
        return await self._read(FaqView, "POST", staff_path("faq", faq_id, "approval"))

    async def retire(self, faq_id: str) -> FaqView:
        return await self._read(FaqView, "POST", staff_path("faq", faq_id, "retirement"))

    async def documents(self) -> list[StaffDocument]:
        return await self._read(list[StaffDocument], "GET", staff_path("documents"))

    async def document(self, document_id: str) -> StaffDocumentView:
        return await self._read(StaffDocumentView, "GET", staff_path("documents", document_id))

    async def withdraw(self, document_id: str, change: DocumentChange) -> None:
        await self._send("POST", staff_path("documents", document_id, "withdrawal"), body=change)

    async def restore(self, document_id: str, change: DocumentChange) -> None:
        await self._send("POST", staff_path("documents", document_id, "restoration"), body=change)

    async def hand_in(self, name: str, content: bytes, region: str | None) -> Ingestion:
        """Upload a file to be read behind."""
        data = {"region": region} if region else {}
        response = await self._send(
            "POST", staff_path("ingestions"), files={"file": (name, content)}, data=data
        )
        return Ingestion.model_validate_json(response.content)

    async def ingestions(self) -> list[Ingestion]:
        """How far files handed in are; pages look by themselves."""
        address = staff_path("ingestions")
        return await self._read(list[Ingestion], "GET", address, by_itself=True)

    async def search_clauses(self, words: str) -> list[ClauseHit]:
        """Clauses that fit the words best; the public route."""
        params = {"q": words, "limit": "10"}
        response = await self._send("GET", path("v1", "clauses"), params=params)
        return TypeAdapter(list[ClauseHit]).validate_json(response.content)

    async def _read(
        self,
        model: type[Result],
        method: Literal["GET", "POST", "PUT"],
        address: ApiPath,
        *,
        body: BaseModel | None = None,
        by_itself: bool = False,
    ) -> Result:
        response = await self._send(method, address, body=body, by_itself=by_itself)
        return TypeAdapter(model).validate_json(response.content)

    async def _send(
        self,
        method: str,
        address: ApiPath,
        *,
        body: BaseModel | None = None,
        by_itself: bool = False,
        **parts: Any,
    ) -> httpx.Response:
        if body is not None:
            parts["json"] = body.model_dump(mode="json")
        parts["headers"] = {**self._headers, **({BACKGROUND_HEADER: "1"} if by_itself else {})}
        try:
            response = await self._http.request(method, address, **parts)
        except httpx.TransportError as error:
            raise ApiUnreachableError(type(error).__name__) from error
        if not response.is_success:
            raise ApiProblemError(read_problem(response))
        return response
