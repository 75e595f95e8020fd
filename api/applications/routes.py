"""Routes of forms and applications."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from api.applications.attachments import AttachmentStore
from api.applications.finding import ApplicationFinder
from api.applications.service import ApplicationService
from api.auth.access import (
    Caller,
    PresentedToken,
    check_application_token,
    is_service,
    require_service,
)
from api.auth.callers import is_channel
from api.contract.applications import (
    ApplicationView,
    AttachmentView,
    DraftChange,
    HandoverCode,
    NewApplication,
)
from api.contract.conversations import Channel
from api.contract.forms.catalog import forms
from api.contract.forms.models import Form, FormSummary
from api.contract.ids import (
    ApplicationId,
    FormId,
    HandoverCodeText,
    IdempotencyKey,
    PhoneTail,
)
from api.contract.problem import Problem
from api.contract.receipts import ReceiptText
from api.errors import FormNotFoundError, IdempotencyKeyMissingError
from api.services import part_of

router = APIRouter(prefix="/v1", tags=["applications"])

PROBLEMS: dict[int | str, dict[str, object]] = {
    401: {"model": Problem, "description": "No token"},
    403: {"model": Problem, "description": "The token does not open this"},
    404: {"model": Problem, "description": "No such thing"},
    409: {"model": Problem, "description": "The state does not allow it"},
    422: {"model": Problem, "description": "Some fields are not accepted"},
    429: {"model": Problem, "description": "Too often; Retry-After says for how long"},
}
# The kinds that the store takes; told here, since a raw body has no model.
FILE_KINDS = {
    kind: {"schema": {"type": "string", "format": "binary"}}
    for kind in ("application/pdf", "image/jpeg", "image/png")
}


def service_of(request: Request) -> ApplicationService:
    """The service of this process."""
    return part_of(request, ApplicationService)


def finder_of(request: Request) -> ApplicationFinder:
    """The finder of this process."""
    return part_of(request, ApplicationFinder)


def attachments_of(request: Request) -> AttachmentStore:
    """The store of this process."""
    return part_of(request, AttachmentStore)


Service = Annotated[ApplicationService, Depends(service_of)]
Finder = Annotated[ApplicationFinder, Depends(finder_of)]
Attachments = Annotated[AttachmentStore, Depends(attachments_of)]


async def authorise(
    application_id: ApplicationId, request: Request, service: Service, token: PresentedToken
) -> str:
    """The application's id, once the caller may open it; an id alone opens nothing."""
    stored = await service.token_hash_of(application_id)
    if not is_service(request, token):
        check_application_token(stored, token)
    return application_id


OpenedApplication = Annotated[str, Depends(authorise)]
ServiceOnly = Depends(require_service)


@router.get("/forms", summary="The forms there are")
async def list_forms() -> list[FormSummary]:
    """Id, version, title and product of each form."""
    return [FormSummary.model_validate(form.model_dump()) for form in forms().values()]


@router.get("/forms/{form_id}", summary="One form", responses={404: PROBLEMS[404]})
async def get_form(form_id: FormId) -> Form:
    """The fields in order, with texts, choices and conditions."""
    if form_id not in forms():
        raise FormNotFoundError("no such form")
    return forms()[form_id]


@router.post("/applications", status_code=201, summary="Begin a draft", responses=PROBLEMS)
async def open_application(
    new: NewApplication, request: Request, service: Service, caller: Caller
) -> ApplicationView:
    """The draft with its token, shown this once."""
    if not is_channel(request):
        new = new.model_copy(update={"channel": Channel.API})
    return await service.open(new, caller=caller)


@router.get(
    "/applications/by-receipt",
    summary="Find by receipt number",
    responses=PROBLEMS,
    dependencies=[ServiceOnly],
)
async def find_by_receipt(
    finder: Finder,
    caller: Caller,
    receipt: Annotated[ReceiptText, Query()],
    phone_last4: Annotated[PhoneTail, Query()],
) -> ApplicationView:
    """The application, if the phone's last four digits go with it.

    Wrong tries are counted, for who asks and for the receipt; too many end in 429.
    """
    return await finder.by_receipt(receipt, phone_last4, caller=caller)


@router.get("/applications/{application_id}", summary="Where it stands", responses=PROBLEMS)
async def get_application(application_id: OpenedApplication, service: Service) -> ApplicationView:
    """Status, next step, what is missing, deadlines; personal values masked."""
    return await service.view(application_id)


@router.patch("/applications/{application_id}", summary="Fill in a draft", responses=PROBLEMS)
async def change_application(
    application_id: OpenedApplication, change: DraftChange, service: Service
) -> ApplicationView:
    """Set answers, all of them or none."""
    return await service.change(application_id, change)


@router.post(
    "/applications/{application_id}/submission",
    summary="Hand it in",
    responses={**PROBLEMS, 400: {"model": Problem, "description": "No Idempotency-Key"}},
)
async def submit_application(
    application_id: OpenedApplication,
    request: Request,
    service: Service,
    idempotency_key: Annotated[IdempotencyKey | None, Header()] = None,
) -> ApplicationView:
    """Exactly once for a key: the same key and body get the same answer again."""
    if not idempotency_key:
        raise IdempotencyKeyMissingError("no Idempotency-Key")
    return await service.submit(application_id, key=idempotency_key, body=await request.body())


@router.post(
    "/applications/{application_id}/withdrawal", summary="Take it back", responses=PROBLEMS
)
async def withdraw_application(
    application_id: OpenedApplication, service: Service
) -> ApplicationView:
    """Ends a draft or an application not yet decided."""
    return await service.withdraw(application_id)


@router.post(
    "/applications/{application_id}/attachments",
    status_code=201,
    summary="Hand in a file",
    responses={**PROBLEMS, 507: {"model": Problem, "description": "No room for files now"}},
    openapi_extra={"requestBody": {"required": True, "content": FILE_KINDS}},
)
async def attach(
    application_id: OpenedApplication, request: Request, store: Attachments, caller: Caller
) -> AttachmentView:
    """The request body is the file: PDF, JPEG or PNG. The answer says how much is taken."""
    content = await request.body()
    return AttachmentView(id=await store.put(application_id, content, caller=caller))


@router.post(
    "/applications/{application_id}/handover",
    summary="A code to go on elsewhere",
    responses=PROBLEMS,
    dependencies=[ServiceOnly],
)
async def offer_handover(
    application_id: OpenedApplication, finder: Finder, response: Response
) -> HandoverCode:
    """Good once, for ten minutes."""
    response.headers["Cache-Control"] = "no-store"
    return await finder.offer_handover(application_id)


@router.post(
    "/handovers/{code}",
    summary="Go on with a code",
    responses=PROBLEMS,
    dependencies=[ServiceOnly],
)
async def accept_handover(
    code: HandoverCodeText, finder: Finder, caller: Caller
) -> ApplicationView:
    """The application the code stands for; the code is used up. Wrong ones are counted."""
    return await finder.accept_handover(code, caller=caller)
