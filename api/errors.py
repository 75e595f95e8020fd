"""Errors of the API; ``api.error_handlers`` gives each its HTTP status."""

from collections.abc import Sequence

from api.contract.applications import FieldIssue
from knowledge.kit.errors import ChuangdaiError


class ApiError(ChuangdaiError):
    """Something the API refuses to do."""

    code = "refused"


class NotAuthenticatedError(ApiError):
    """No token, or one nobody holds."""

    code = "not_authenticated"


class ForbiddenError(ApiError):
    """The token does not open this."""

    code = "forbidden"


class ApplicationNotFoundError(ApiError):
    """No such application."""

    code = "application_not_found"


class FormNotFoundError(ApiError):
    """No such form."""

    code = "form_not_found"


class ConsentRequiredError(ApiError):
    """Personal data came before consent."""

    code = "consent_required"


class InvalidFieldsError(ApiError):
    """Some answers are not accepted; nothing of the change was kept."""

    code = "invalid_fields"

    def __init__(self, issues: Sequence[FieldIssue]) -> None:
        super().__init__(", ".join(f"{issue.field}: {issue.code}" for issue in issues))
        self.issues = list(issues)


class IncompleteApplicationError(InvalidFieldsError):
    """Answers are missing that a submission needs."""

    code = "incomplete_application"


class WrongStateError(ApiError):
    """The application's state does not allow this step."""

    code = "wrong_state"


class DuplicateApplicationError(ApiError):
    """The applicant already has an active application for this product."""

    code = "duplicate_application"


class IdempotencyKeyMissingError(ApiError):
    """A submission came without its Idempotency-Key."""

    code = "idempotency_key_missing"


class IdempotencyKeyReusedError(ApiError):
    """The key was used for another body."""

    code = "idempotency_key_reused"


class SubmissionInFlightError(ApiError):
    """The same submission is being worked on."""

    code = "submission_in_flight"


class AttachmentRefusedError(ApiError):
    """The file is too large or of a kind not taken."""

    code = "attachment_refused"


class HandoverInvalidError(ApiError):
    """The code is unknown, used or too old."""

    code = "handover_invalid"


class ConversationChangedError(ApiError):
    """Another write to the conversation came first."""

    code = "conversation_changed"


class BranchNotFoundError(ApiError):
    """No such branch."""

    code = "branch_not_found"


class PlaceMissingError(ApiError):
    """Neither a position nor a place was given."""

    code = "place_missing"


class BoxInvalidError(ApiError):
    """A box of the map whose edges are the wrong way round."""

    code = "box_invalid"


class SearchEmptyError(ApiError):
    """A search without a word."""

    code = "search_empty"


class RateLimitedError(ApiError):
    """Too many requests."""

    code = "rate_limited"


class BodyTooLargeError(ApiError):
    """The request is larger than is taken."""

    code = "body_too_large"


class KeyUnreadableError(ApiError):
    """A key file of the data directory cannot be used."""

    code = "key_unreadable"


class LoginRefusedError(ApiError):
    """No such login, or another password."""

    code = "login_refused"


class LoginLockedError(ApiError):
    """Too many wrong passwords on a device that is known; strangers are not told so much."""

    code = "login_locked"

    def __init__(self, detail: str, wait_s: float) -> None:
        super().__init__(detail)
        self.retry_after_s = wait_s


class LoginsBusyError(ApiError):
    """More passwords wait to be checked than are in good time."""

    code = "overloaded"

    def __init__(self, detail: str, wait_s: float) -> None:
        super().__init__(detail)
        self.retry_after_s = wait_s


class WeakPasswordError(ApiError):
    """The password is too easy to guess."""

    code = "weak_password"


class StaffNotFoundError(ApiError):
    """No such member of staff."""

    code = "staff_not_found"


class FaqNotFoundError(ApiError):
    """No such answer by staff."""

    code = "faq_not_found"


class FaqUnfoundedError(ApiError):
    """An answer by staff says a figure or cites a clause that the material does not hold."""

    code = "faq_unfounded"


class QuestionNotFoundError(ApiError):
    """No such recorded question."""

    code = "question_not_found"


class UploadRefusedError(ApiError):
    """A file handed in is not taken."""

    code = "upload_refused"
