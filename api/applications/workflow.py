"""The states of an application and the events between them; pure."""

from enum import StrEnum

from api.contract.applications import ApplicationStatus as Status
from api.errors import WrongStateError


class Event(StrEnum):
    """What can happen to an application."""

    CHANGE = "change"
    SUBMIT = "submit"
    START_REVIEW = "start_review"
    APPROVE = "approve"
    REJECT = "reject"
    WITHDRAW = "withdraw"


TRANSITIONS: dict[tuple[Status, Event], Status] = {
    (Status.DRAFT, Event.CHANGE): Status.DRAFT,
    (Status.DRAFT, Event.SUBMIT): Status.SUBMITTED,
    (Status.DRAFT, Event.WITHDRAW): Status.WITHDRAWN,
    (Status.SUBMITTED, Event.START_REVIEW): Status.UNDER_REVIEW,
    (Status.SUBMITTED, Event.WITHDRAW): Status.WITHDRAWN,
    (Status.UNDER_REVIEW, Event.APPROVE): Status.APPROVED,
    (Status.UNDER_REVIEW, Event.REJECT): Status.REJECTED,
    (Status.UNDER_REVIEW, Event.WITHDRAW): Status.WITHDRAWN,
}
ACTIVE = (Status.SUBMITTED, Status.UNDER_REVIEW)


def after(status: Status, event: Event) -> Status:
    """The state that an event leads to.

    Raises:
        WrongStateError: the event cannot happen in this state.
    """
    try:
        return TRANSITIONS[status, event]
    except KeyError:
        raise WrongStateError(f"{event.value} is not possible in {status.value}") from None
