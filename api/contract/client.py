"""The API as its callers see it: all that bot and web pages may know of it.

Over HTTP in a deployment, in memory (ASGI transport) in the all-in-one process.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeVar

import httpx
from pydantic import BaseModel, TypeAdapter

from api.contract.answers import Answer, Question
from api.contract.applications import (
    ApplicationView,
    DraftChange,
    HandoverCode,
    NewApplication,
)
from api.contract.branch_map import BranchMatches, LandOutline, MapBox, MapPlaces, MapView
from api.contract.branches import ApplicantKind, BranchView, Coverage, NearestBranches
from api.contract.callers import CALLER_HEADER
from api.contract.forms.models import Form
from api.contract.interpretations import InterpretationView, MessageToRead
from api.contract.messages import ConversationState, KeptConversation
from api.contract.paths import ApiPath, path
from api.contract.privacy import CopyLink, PrivacyProof
from api.contract.problem import ApiProblemError, ApiUnreachableError, Problem
from api.contract.staff import Feedback
from knowledge.regions.coordinates import Coordinates

Model = TypeVar("Model", bound=BaseModel)


class ApiClient:
    """One method per route.

    Args:
        http: sends the requests, with the token of a channel.
        caller: on whose behalf, see :class:`~api.contract.callers.CallerHash`.

    Raises :class:`~api.contract.problem.ApiProblemError`
    or :class:`~api.contract.problem.ApiUnreachableError`.
    """

    def __init__(self, http: httpx.AsyncClient, *, caller: str | None = None) -> None:
        self._http = http
        self._headers = {"Content-Type": "application/json"}
        if caller is not None:
            self._headers[CALLER_HEADER] = caller

    async def answer(self, question: Question) -> Answer:
        return await self._send(Answer, "POST", path("v1", "answers"), body=question)

    async def interpret(self, message: MessageToRead) -> InterpretationView:
        """How a message is read, and the value it has for the field that was asked for."""
        address = path("v1", "interpretations")
        return await self._send(InterpretationView, "POST", address, body=message)

    async def rate_answer(self, answer_id: str, feedback: Feedback) -> None:
        """Say whether an answer helped; those that did not are looked at by staff."""
        await self._request("POST", path("v1", "answers", answer_id, "feedback"), body=feedback)

    async def form(self, form_id: str) -> Form:
        return await self._send(Form, "GET", path("v1", "forms", form_id))

    async def open_application(self, new: NewApplication) -> ApplicationView:
        return await self._send(ApplicationView, "POST", path("v1", "applications"), body=new)

    async def application(self, application_id: str) -> ApplicationView:
        return await self._send(ApplicationView, "GET", path("v1", "applications", application_id))

    async def change_application(self, application_id: str, change: DraftChange) -> ApplicationView:
        address = path("v1", "applications", application_id)
        return await self._send(ApplicationView, "PATCH", address, body=change)

    async def submit_application(self, application_id: str, *, key: str) -> ApplicationView:
        address = path("v1", "applications", application_id, "submission")
        headers = {"Idempotency-Key": key}
        return await self._send(ApplicationView, "POST", address, headers=headers)

    async def withdraw_application(self, application_id: str) -> ApplicationView:
        address = path("v1", "applications", application_id, "withdrawal")
        return await self._send(ApplicationView, "POST", address)

    async def find_by_receipt(self, receipt: str, phone_last4: str) -> ApplicationView:
        """The application with that receipt number, if the phone's last digits match."""
        params = {"receipt": receipt, "phone_last4": phone_last4}
        return await self._send(
            ApplicationView, "GET", path("v1", "applications", "by-receipt"), params=params
        )

    async def offer_handover(self, application_id: str) -> HandoverCode:
        address = path("v1", "applications", application_id, "handover")
        return await self._send(HandoverCode, "POST", address)

    async def accept_handover(self, code: str) -> ApplicationView:
        return await self._send(ApplicationView, "POST", path("v1", "handovers", code))

    async def offer_copy(self, application_id: str) -> CopyLink:
        """An address from which a person can fetch all that is held of them, once."""
        address = path("v1", "applications", application_id, "personal-data", "link")
        return await self._send(CopyLink, "POST", address)

    async def erase_personal_data(self, application_id: str) -> PrivacyProof:
        """Take away all that an application holds."""
        address = path("v1", "applications", application_id, "personal-data")
        return await self._send(PrivacyProof, "DELETE", address)

    async def nearest_branches(
        self,
        *,
        here: Coordinates | None = None,
        place: str | None = None,
        region: str | None = None,
        within: str | None = None,
        limit: int = 3,
        service: str | None = None,
        kind: ApplicantKind | None = None,
        bank: str | None = None,
        open_at: datetime | None = None,
    ) -> NearestBranches:
        """Branches near a position, or near a place named in words; only those ``within``."""
        params: dict[str, str | int | float] = {"limit": limit}
        if here is not None:
            params |= {"lat": here.lat, "lon": here.lon, "crs": here.crs.value}
        optional = {"place": place, "region": region, "within": within}
        optional |= {"service": service, "kind": kind, "bank": bank}
        params |= {name: value for name, value in optional.items() if value}
        if open_at is not None:
            params["open_at"] = open_at.isoformat()
        return await self._send(
            NearestBranches, "GET", path("v1", "branches", "nearest"), params=params
        )

    async def branch_map(
        self,
        box: MapBox,
        zoom: int,
        *,
        limit: int = 50,
        kind: ApplicantKind | None = None,
        bank: str | None = None,
        open_at: datetime | None = None,
    ) -> MapView:
        """What a part of the map holds: clusters, and the branches when they are few."""
        params: dict[str, str | int | float] = {**box.model_dump(), "zoom": zoom, "limit": limit}
        params |= {name: value for name, value in {"kind": kind, "bank": bank}.items() if value}
        if open_at is not None:
            params["open_at"] = open_at.isoformat()
        return await self._send(MapView, "GET", path("v1", "branches", "map"), params=params)

    async def map_places(self, box: MapBox, zoom: int) -> MapPlaces:
        """Names to find one's way by."""
        params: dict[str, str | int | float] = {**box.model_dump(), "zoom": zoom}
        return await self._send(
            MapPlaces, "GET", path("v1", "branches", "map", "places"), params=params
        )

    async def land_outline(self) -> LandOutline:
        """A backdrop for a map without tiles."""
        return await self._send(LandOutline, "GET", path("v1", "branches", "map", "land"))

    async def find_branches(self, words: str, *, limit: int = 8) -> BranchMatches:
        """Branches and places that words typed so far may mean."""
        params: dict[str, str | int | float] = {"q": words, "limit": limit}
        return await self._send(
            BranchMatches, "GET", path("v1", "branches", "search"), params=params
        )

    async def coverage(self, region: str, *, within_m: float = 5000) -> Coverage:
        """Centres of a region without a branch nearby."""
        params: dict[str, str | int | float] = {"region": region, "within_m": within_m}
        return await self._send(Coverage, "GET", path("v1", "branches", "coverage"), params=params)

    async def branch(self, branch_id: str) -> BranchView:
        return await self._send(BranchView, "GET", path("v1", "branches", branch_id))

    async def conversation(self, conversation_id: str) -> KeptConversation:
        """The bot's state of a conversation; empty, version 0, when there is none yet."""
        address = path("v1", "conversations", conversation_id)
        return await self._send(KeptConversation, "GET", address)

    async def save_conversation(self, conversation_id: str, state: ConversationState) -> None:
        """Keep the state; refused (``conversation_changed``) if another write came first."""
        address = path("v1", "conversations", conversation_id)
        await self._send(KeptConversation, "PUT", address, body=state)

    async def _send(
        self,
        model: type[Model],
        method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"],
        address: ApiPath,
        *,
        body: BaseModel | None = None,
        params: Mapping[str, str | int | float] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Model:
        response = await self._request(method, address, body=body, params=params, headers=headers)
        return TypeAdapter(model).validate_json(response.content)

    async def _request(
        self,
        method: Literal["GET", "POST", "PATCH", "PUT", "DELETE"],
        address: ApiPath,
        *,
        body: BaseModel | None = None,
        params: Mapping[str, str | int | float] | None = None,
        headers: dict[str, str] | None = None,
    ) -> httpx.Response:
        try:
            response = await self._http.request(
                method,
                address,
                content=None if body is None else body.model_dump_json(exclude_unset=True),
                params=params,
                headers={**self._headers, **(headers or {})},
            )
        except httpx.TransportError as error:
            raise ApiUnreachableError(type(error).__name__) from error
        if not response.is_success:
            raise ApiProblemError(read_problem(response))
        return response


def read_problem(response: httpx.Response) -> Problem:
    """Why a request was refused, as far as the answer says."""
    try:
        return Problem.model_validate_json(response.content)
    except ValueError:
        return Problem(
            title="Unexpected answer",
            status=response.status_code,
            detail="服务暂时没有按约定回应，请稍后再试。",
            code="unexpected_response",
        )
