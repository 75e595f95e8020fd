"""Errors of the API; ``api.error_handlers`` gives each its HTTP status."""

from collections.abc import Sequence
from datetime import timedelta

from api.contract.applications import FieldIssue
from api.texts import size_text
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
    """The file is larger than ``most`` bytes or of a kind not taken."""

    code = "attachment_refused"

    def __init__(self, detail: str, most: int) -> None:
        super().__init__(detail)
        self.told = {"most": size_text(most)}


class HandoverInvalidError(ApiError):
    """The code is unknown, used or too old; ``life`` is how long one holds."""

    code = "handover_invalid"

    def __init__(self, life: timedelta) -> None:
        super().__init__("no such code")
        self.told = {"minutes": int(life.total_seconds() // 60)}


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
    """Too many requests.

    Args:
        limit: the name of the limit, for the log.
        wait_s: seconds until it may be tried again.
    """

    code = "rate_limited"

    def __init__(self, limit: str, wait_s: float) -> None:
        super().__init__(f"{limit}: {wait_s:.0f} s")
        self.retry_after_s = wait_s


class TooManyLookUpsError(RateLimitedError):
    """Too many receipts were asked for with a wrong phone, or that do not exist."""

    code = "too_many_look_ups"


class TooManyCodesError(RateLimitedError):
    """Too many handover codes were tried that do not exist."""

    code = "too_many_codes"


class TooManyDraftsError(RateLimitedError):
    """Too many applications were begun."""

    code = "too_many_drafts"


class TooManyConversationsError(RateLimitedError):
    """Too many conversations were begun."""

    code = "too_many_conversations"


class TooManyUploadsError(RateLimitedError):
    """Too much was handed in."""

    code = "too_many_uploads"


class AttachmentsFullError(ApiError):
    """An application holds ``count`` files, or ``most`` bytes, and may hold no more."""

    code = "attachments_full"

    def __init__(self, count: int, most: int) -> None:
        super().__init__(f"{count} files, {most} bytes")
        self.told = {"count": count, "most": size_text(most)}


class AttachmentsDiskFullError(ApiError):
    """All attachments together take up what they may."""

    code = "attachments_disk_full"


class BodyTooLargeError(ApiError):
    """The request is larger than is taken."""

    code = "body_too_large"


class KeyUnreadableError(ApiError):
    """A key is there and cannot be read, or is empty."""

    code = "key_unreadable"


class KeyMissingError(ApiError):
    """The database holds sealed values, and there is no installation key."""

    code = "key_missing"


class KeyMismatchError(ApiError):
    """The installation key is not the one that the database's keys were wrapped by."""

    code = "key_mismatch"


class SealBrokenError(ApiError):
    """A sealed value was changed, or lies where it was not sealed for."""

    code = "seal_broken"


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


class ErasureRefusedError(ApiError):
    """The data must be kept: a loan was approved on it."""

    code = "erasure_refused"


class CopyNotFoundError(ApiError):
    """The address of a copy is unknown, used or too old."""

    code = "copy_not_found"


class StorageError(ApiError):
    """What the API keeps its data in does not serve now; :mod:`api.db.faults` tells which way."""

    code = "storage_faulty"


class DiskFullError(StorageError):
    """There is no room left to write."""

    code = "disk_full"


class DataNotWritableError(StorageError):
    """Files of the data directory may not be read or written."""

    code = "data_not_writable"


class DataFolderError(StorageError):
    """The path of the data directory is no directory."""

    code = "data_folder_invalid"


class StorageBusyError(StorageError):
    """Too many want the database at once; the same may be asked again shortly."""

    code = "overloaded"


class TransactionLostError(StorageBusyError):
    """A transaction gave way to another one; nothing of it was kept."""


class DatabaseUnreachableError(StorageError):
    """The database server does not answer."""

    code = "database_unreachable"


class DatabaseRefusedError(StorageError):
    """The database server answers, but does not let this program in."""

    code = "database_refused"


class DatabaseDamagedError(StorageError):
    """The database is not whole, or not one of this program."""

    code = "database_damaged"


class DatabaseTooNewError(StorageError):
    """The database was brought to its tables by a newer version of this program."""

    code = "database_too_new"


class StoppedError(ApiError):
    """Work was given up because the application stops."""

    code = "stopped"


class PortInUseError(ApiError):
    """Another process listens at the address."""

    code = "port_in_use"


class AddressUnusableError(ApiError):
    """Nobody can listen at the address, or this user may not."""

    code = "address_unusable"


class SettingInvalidError(ApiError):
    """An environment variable holds what its setting does not take; the message names it."""

    code = "setting_invalid"
